import { madeAnew } from './topicInspection.ts'

test.each([
  ['the same', 'a', 'a', []],
  ['another', 'a', 'b', ['activity']],
  ['not told now', 'a', '', []],
  ['not told before', '', 'b', []],
  ['not there before', undefined, 'b', []],
])('an id that is %s', (_what, before, now, anew) => {
  const ids = new Map(before === undefined ? [] : [['activity', before]])
  expect(madeAnew(ids, new Map([['activity', { id: now }]]))).toEqual(anew)
})

import { newLead } from '@hotlead/model'
import { othersOf } from './others.ts'

const DAY = 86_400_000
const lead = (last: number) => ({ ...newLead(), last })
const ended = (subject: string, last: number, at: number) => ({ subject, good: true, at, lead: lead(last) })

test('leads without an outcome are looked at as long after their last activity as those who ended', () => {
  const cases = [ended('a', 0, 2 * DAY), ended('b', DAY, 15 * DAY), ended('c', 5 * DAY, 5 * DAY)]
  const latest = new Map(
    [
      ['a', 30],
      ['early', 1],
      ['in time', 8],
      ['still open', 9],
    ].map(([name, day]) => [name as string, { lead: lead(0), at: (day as number) * DAY }]),
  )
  const o = { ended: new Set(['a', 'b', 'c']), from: 4 * DAY, end: 10 * DAY }
  const { others, undecided } = othersOf(cases, latest, o)
  expect(others.map(({ subject, good, at }) => [subject, good, at / DAY])).toEqual([['in time', false, 10]])
  expect(undecided).toBe(1)
})

test('without any that ended they are as they were last', () => {
  const latest = new Map([['x', { lead: lead(7), at: 7 }]])
  expect(othersOf([], latest, { ended: new Set(), from: undefined, end: 7 }).others).toHaveLength(1)
})

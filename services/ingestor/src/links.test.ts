import { Links, REMEMBERED } from './links.ts'

function known(links: Links, visitor: string, lead: string) {
  links.acknowledge(links.write(visitor, lead))
}

test('keeps the latest visitors, forgets the longest unused', () => {
  const links = new Links(2)
  for (const visitor of ['a', 'b']) known(links, visitor, 'l:1')
  expect(links.has('a', 'l:1')).toBe(true)
  known(links, 'c', 'l:1')
  expect(['a', 'b', 'c'].map(visitor => links.has(visitor, 'l:1'))).toEqual([true, false, true])
  expect(links.size).toBe(2)
})

test('only the last lead of a visitor is known', () => {
  const links = new Links()
  known(links, 'a', 'l:1')
  known(links, 'a', 'l:2')
  expect([links.has('a', 'l:1'), links.has('a', 'l:2'), links.size]).toEqual([false, true, 1])
})

test('a link on its way is not known yet, and ends what was known; a late acknowledgement of an earlier one does not count', () => {
  const links = new Links()
  known(links, 'a', 'l:1')
  const second = links.write('a', 'l:2')
  expect([links.has('a', 'l:1'), links.has('a', 'l:2')]).toEqual([false, false])
  const third = links.write('a', 'l:1')
  links.acknowledge(second)
  expect([links.has('a', 'l:1'), links.has('a', 'l:2')]).toEqual([false, false])
  links.acknowledge(third)
  expect(links.has('a', 'l:1')).toBe(true)
})

test('is forgotten ten minutes after it was written, however often it is asked for', () => {
  let now = 0
  const links = new Links(10, () => now)
  known(links, 'a', 'l:1')
  now = REMEMBERED - 1
  expect(links.has('a', 'l:1')).toBe(true)
  now = REMEMBERED
  expect(links.has('a', 'l:1')).toBe(false)
})

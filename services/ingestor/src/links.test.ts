import { Links } from './links.ts'

test('keeps the latest, forgets the longest unused', () => {
  const links = new Links(2)
  links.add('a')
  links.add('b')
  expect(links.has('a')).toBe(true)
  links.add('c')
  expect([links.has('a'), links.has('b'), links.has('c'), links.size]).toEqual([true, false, true, 2])
})

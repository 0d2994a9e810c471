import { nearest } from './nearest.ts'

const WORDS = ['name', 'path', 'page-view', 'atLeast', 'halfLife', 'followUps']

test.each([
  ['nmae', 'name'],
  ['Name', 'name'],
  ['pth', 'path'],
  ['paths', 'path'],
  ['page-veiw', 'page-view'],
  ['pageview', 'page-view'],
  ['atleast', 'atLeast'],
  ['half-life', 'halfLife'],
  ['follow-up', 'followUps'],
  ['score', undefined],
  ['x', undefined],
])('%p may mean %p', (word, expected) => expect(nearest(word, WORDS)).toBe(expected))

test('of two words equally near, the first', () => expect(nearest('cat', ['bat', 'hat'])).toBe('bat'))

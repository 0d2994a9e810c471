import { countOf, fadedCount, stepTo } from './ladder.ts'

/** Two today, one a half-life ago, three two half-lives ago. */
const faded = [
  { count: 2, weight: 1 },
  { count: 3, weight: 0.5 },
  { count: 6, weight: 0.25 },
]

test('a decayed count: each match times what is left of it', () => {
  expect(countOf(faded)).toBe(6)
  expect(fadedCount(faded)).toBe(2 + 0.5 + 0.75)
  expect([countOf([]), fadedCount([]), countOf(4), fadedCount(4)]).toEqual([0, 0, 4, 4])
})

test('the step to a bracket fades with the match that took the count there, from the latest', () => {
  expect([1, 2, 3, 4, 6, 7].map(from => stepTo(from, faded))).toEqual([1, 1, 0.5, 0.25, 0.25, 0])
  expect([1, 4, 5].map(from => stepTo(from, 4))).toEqual([1, 1, 0])
})

import { against, median } from './rounds.ts'

test('the median of the rounds with the least and the most', () => {
  expect(median([46_000, 41_000.4, 44_000])).toBe('44,000 (41,000–46,000)')
  expect(median([12.34, 9.87, 15])).toBe('12.3 (9.9–15)')
  expect(median([])).toBe('–')
})

test('each round is held against its own; runs that lie among the others show nothing but the spread', () => {
  expect(against([112, 108, 110], [100, 99, 101])).toBe('+9 % (+9 to +12)')
  expect(against([60, 45], [100, 75])).toBe('−40 % (−40 to −40)')
  expect(against([110, 95, 104], [100, 100, 100])).toBe('within the spread (−5 to +10 %)')
  expect(against([110, 55], [100, 50])).toBe('within the spread (+10 to +10 %)')
  expect(against([], [100])).toBe('–')
})

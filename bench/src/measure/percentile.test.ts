import { percentile, spread } from './percentile.ts'

test('nearest rank: a value that occurred, the last at 1, none of none', () => {
  const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  expect([0, 0.1, 0.5, 0.51, 0.99, 1].map(p => percentile(ten, p))).toEqual([1, 1, 5, 6, 10, 10])
  expect(percentile([], 0.5)).toBeNaN()
})

test('a spread sorts by number', () => {
  expect(spread([10, 9, 100, 1.005])).toEqual({ count: 4, p50: 9, p95: 100, p99: 100, max: 100 })
})

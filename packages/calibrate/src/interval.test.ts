import { shareWithInterval } from './interval.ts'

/* scipy 1.17.1: scipy.stats.binomtest(count, of).proportion_ci(method='wilson') */
test.each([
  [8, 10, 0.4902, 0.9433],
  [0, 20, 0, 0.1611],
  [20, 20, 0.8389, 1],
  [100, 1200, 0.069, 0.1003],
])('%d of %d: %d to %d', (count, of, low, high) => {
  const found = shareWithInterval(count, of)
  expect(found.value).toBe(count / of)
  expect(found.low).toBeCloseTo(low, 4)
  expect(found.high).toBeCloseTo(high, 4)
})

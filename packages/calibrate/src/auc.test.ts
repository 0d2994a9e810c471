import fc from 'fast-check'
import { aucOf, aucWithInterval } from './auc.ts'
import { Z } from './interval.ts'

/** Few different scores, so that ties are common; both outcomes occur. */
const cases = fc
  .array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.boolean()), { minLength: 4, maxLength: 40 })
  .map(rows => ({ scores: rows.map(r => r[0]), outcomes: rows.map(r => r[1]) }))
  .filter(({ outcomes }) => outcomes.includes(true) && outcomes.includes(false))

/** From its definition: all pairs of a lead that was won and one that was not. */
function pairs(scores: number[], outcomes: boolean[]) {
  const won = scores.filter((_, i) => outcomes[i])
  const lost = scores.filter((_, i) => !outcomes[i])
  const above = (a: number, b: number) => (a > b ? 1 : a === b ? 0.5 : 0)
  const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length
  const spread = (of: number[]) =>
    of.length < 2 ? 0 : of.reduce((s, v) => s + (v - mean(of)) ** 2, 0) / (of.length - 1)
  const ofWon = won.map(w => mean(lost.map(l => above(w, l))))
  const ofLost = lost.map(l => mean(won.map(w => above(w, l))))
  return { auc: mean(ofWon), variance: spread(ofWon) / won.length + spread(ofLost) / lost.length }
}

test.each<[string, number[], boolean[], number]>([
  ['in order', [1, 2, 3, 4], [false, false, true, true], 1],
  ['the wrong way round', [4, 3, 2, 1], [false, false, true, true], 0],
  ['all equal', [7, 7, 7], [true, false, false], 0.5],
  ['one pair of four tied', [1, 2, 2, 3], [false, false, true, true], 0.875],
])('%s', (_what, scores, outcomes, auc) => expect(aucOf(scores, outcomes)).toBe(auc))

test('is the share of pairs in order, and its variance that of DeLong’s definition', () => {
  fc.assert(
    fc.property(cases, ({ scores, outcomes }) => {
      const { auc, variance } = pairs(scores, outcomes)
      const found = aucWithInterval(scores, outcomes)
      expect(aucOf(scores, outcomes)).toBeCloseTo(auc, 10)
      expect(found.value).toBeCloseTo(auc, 10)
      if (auc === 0 || auc === 1) return
      expect(found.high).toBeCloseTo(Math.min(1, auc + Z * Math.sqrt(variance)), 10)
      expect(found.low).toBeCloseTo(Math.max(0, auc - Z * Math.sqrt(variance)), 10)
    }),
  )
})

test('of those that are wholly apart it says so, and how little so few say', () => {
  const outcomes = (n: number) => Array.from({ length: n }, (_, i) => i % 2 === 0)
  const apart = (n: number) => aucWithInterval(outcomes(n).map(Number), outcomes(n))
  expect(apart(4)).toMatchObject({ value: 1, high: 1, low: expect.closeTo(0.342, 3) })
  expect(apart(200).low).toBeCloseTo(0.963, 3)
})

test('a map that keeps the order changes nothing', () => {
  fc.assert(
    fc.property(cases, ({ scores, outcomes }) => {
      expect(
        aucWithInterval(
          scores.map(s => Math.exp(s) - 3),
          outcomes,
        ),
      ).toEqual(aucWithInterval(scores, outcomes))
    }),
  )
})

test('of the opposite outcomes it is 1 less it; so it is of the opposite scores', () => {
  fc.assert(
    fc.property(cases, ({ scores, outcomes }) => {
      const auc = aucOf(scores, outcomes)
      expect(
        aucOf(
          scores,
          outcomes.map(o => !o),
        ),
      ).toBeCloseTo(1 - auc, 10)
      expect(
        aucOf(
          scores.map(s => -s),
          outcomes,
        ),
      ).toBeCloseTo(1 - auc, 10)
    }),
  )
})

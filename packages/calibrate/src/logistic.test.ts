import { aucOf } from './auc.ts'
import { brierOf } from './calibrationTable.ts'
import type { Sign } from './coordinateDescent.ts'
import { emptyFit, fitLogistic, gradientOf, logLoss, logOdds, probability } from './logistic.ts'
import { firstPenalty, pathOf } from './path.ts'
import { scaleOf, standardise } from './standardise.ts'

const I = Array.from({ length: 60 }, (_, i) => i)
const raw = [
  I.map(i => Math.sin(i)),
  I.map(i => Math.cos(2 * i)),
  I.map(i => i % 5),
  I.map(i => (i % 7 >= 4 ? 1 : 0)),
].map(column => Float64Array.from(column))
const columns = raw.map(column => standardise(column, scaleOf(column)))
const outcomes = Float64Array.from(I, i => ((i * i) % 11 < 4 + 2 * raw[3]![i]! + 2 * raw[0]![i]! ? 1 : 0))
const won = Array.from(outcomes, y => y === 1)
const data = { columns, outcomes }
const free: Sign[] = [0, 0, 0, 0]

/*
 * scikit-learn 1.9.1, python -c with numpy:
 *   i = arange(60); x = c_[sin(i), cos(2*i), i%5, i%7>=4]; y = (i*i)%11 < 4 + 2*(i%7>=4) + 2*sin(i)
 *   z = StandardScaler().fit_transform(x)
 *   LogisticRegression(l1_ratio=1, C=1/(60*penalty), solver='saga', tol=1e-12, max_iter=1000000).fit(z, y)
 * then intercept_, coef_, and of predict_proba roc_auc_score, log_loss, brier_score_loss.
 */
const table: [number, number[], [auc: number, loss: number, brier: number]][] = [
  [0.1, [0.55544, 0.25956, 0, 0, 0], [0.671053, 0.623458, 0.216421]],
  [0.03, [0.5996, 0.59938, 0.16586, -0.33597, 0.1304], [0.741627, 0.566957, 0.191817]],
  [0.01, [0.6257, 0.71877, 0.26555, -0.4617, 0.24106], [0.748804, 0.557971, 0.18785]],
]

test.each(table)('penalty %d: what scikit-learn finds', (penalty, expected, [auc, loss, brier]) => {
  const fit = fitLogistic(data, penalty, free, emptyFit(data))
  for (const [k, value] of [fit.intercept, ...fit.coefficients].entries())
    expect(value).toBeCloseTo(expected[k]!, 3)
  const odds = logOdds(columns, 60, fit)
  expect(aucOf([...odds], won)).toBeCloseTo(auc, 6)
  expect(logLoss(odds, outcomes)).toBeCloseTo(loss, 4)
  expect(brierOf(Array.from(odds, probability), won)).toBeCloseTo(brier, 4)
})

test('where it stops, no column could make it better: the conditions of Karush, Kuhn and Tucker', () => {
  for (const signs of [free, [-1, 0, 1, 1] as Sign[]])
    for (const { share, fit } of pathOf(data, signs)) {
      const penalty = share * firstPenalty(data, signs)
      for (const [j, slope] of gradientOf(data, fit).entries()) {
        const c = fit.coefficients[j]!
        if (c !== 0) expect(slope).toBeCloseTo(penalty * Math.sign(c), 3)
        else expect(signs[j] === 0 ? Math.abs(slope) : slope * signs[j]!).toBeLessThan(penalty + 1e-3)
      }
    }
})

test('a coefficient never has the sign that it may not have, not even where it starts with it', () => {
  const signs: Sign[] = [-1, -1, 1, -1]
  const start = fitLogistic(data, 0.01, free, emptyFit(data))
  const turned = fitLogistic(data, 0.01, signs, start)
  for (const [j, c] of turned.coefficients.entries()) expect(c * signs[j]!).toBeGreaterThanOrEqual(0)
  for (const { fit } of pathOf(data, signs))
    for (const [j, c] of fit.coefficients.entries()) expect(c * signs[j]!).toBeGreaterThanOrEqual(0)
})

test('the path begins with nothing, and its loss on what it learns from only falls', () => {
  const steps = [...pathOf(data, free)]
  expect([...steps[0]!.fit.coefficients]).toEqual([0, 0, 0, 0])
  const losses = steps.map(s => logLoss(logOdds(columns, 60, s.fit), outcomes))
  for (const [k, loss] of losses.slice(1).entries()) expect(loss).toBeLessThan(losses[k]! + 1e-7)
})

test('outcomes that a column divides without a fault still give a finite fit', () => {
  const sure = { columns: [standardise(outcomes, scaleOf(outcomes))], outcomes }
  const fit = fitLogistic(sure, 1e-4, [0], emptyFit(sure))
  expect(Number.isFinite(fit.coefficients[0])).toBe(true)
  expect(fit.coefficients[0]).toBeGreaterThan(2)
})

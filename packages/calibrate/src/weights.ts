import { type Column, columnsOf, matrixOf, type Shape } from './columns.ts'
import type { Sign } from './coordinateDescent.ts'
import type { Sample, Term } from './design.ts'
import type { Data, Fit } from './logistic.ts'
import { type Scale, scaleOf, standardise } from './standardise.ts'

/** Columns and scales as the samples that are learned from suggest them, with their numbers. */
export interface Learning extends Data {
  terms: readonly Term[]
  chosen: readonly Column[]
  scales: readonly Scale[]
}

/** Log-odds = intercept + Σ weight × number of the column, in the columns' own units. */
export interface Weights {
  columns: readonly Column[]
  weights: readonly number[]
  intercept: number
}

/** `among`: the places of the terms that may be used. */
export function learningOf(
  terms: readonly Term[],
  among: readonly number[],
  training: readonly Sample[],
  shape?: Shape,
): Learning {
  const all = columnsOf(terms, training, shape, among)
  const numbers = matrixOf(terms, all, training)
  const scales = numbers.map(scaleOf)
  const telling = all.map((_, j) => j).filter(j => (scales[j] as Scale).deviation > 0)
  return {
    terms,
    chosen: telling.map(j => all[j] as Column),
    scales: telling.map(j => scales[j] as Scale),
    columns: telling.map(j => standardise(numbers[j] as Float64Array, scales[j] as Scale)),
    outcomes: outcomesOf(training),
  }
}

/** Other samples, seen through the columns and scales of those that were learned from. */
export function seenThrough(learning: Learning, samples: readonly Sample[]): Data {
  const numbers = matrixOf(learning.terms, learning.chosen, samples)
  return {
    columns: numbers.map((column, j) => standardise(column, learning.scales[j] as Scale)),
    outcomes: outcomesOf(samples),
  }
}

export function outcomesOf(samples: readonly Sample[]): Float64Array {
  return Float64Array.from(samples, s => (s.outcome ? 1 : 0))
}

export function weightsOf({ chosen, scales }: Learning, fit: Fit): Weights {
  const weights = Array.from(fit.coefficients, (c, j) => c / (scales[j] as Scale).deviation)
  const shift = weights.reduce((sum, w, j) => sum + w * (scales[j] as Scale).mean, 0)
  return { columns: chosen, weights, intercept: fit.intercept - shift }
}

/** Per term how much its part of the log-odds varies from lead to lead (standard deviation); 0 where it is not used. */
export function swingOf({ terms, chosen, columns, outcomes }: Learning, fit: Fit): number[] {
  return terms.map((_, term) => {
    const part = new Float64Array(outcomes.length)
    for (const [j, column] of columns.entries()) {
      const c = fit.coefficients[j] as number
      if (chosen[j]?.term !== term || c === 0) continue
      for (let i = 0; i < part.length; i++) part[i] = (part[i] as number) + c * (column[i] as number)
    }
    return scaleOf(part).deviation
  })
}

/** Per term the sign of what it adds on average: that of all its points, where a rule may have only one. Never 0. */
export function leaningOf({ terms, chosen, scales }: Learning, fit: Fit): Sign[] {
  const mean = terms.map(() => 0)
  for (const [j, { term }] of chosen.entries()) {
    const { mean: share, deviation } = scales[j] as Scale
    mean[term] = (mean[term] as number) + ((fit.coefficients[j] as number) / deviation) * share
  }
  return mean.map(m => (m < 0 ? -1 : 1))
}

import { emptyFit, fitLogistic, probability } from './logistic.ts'
import { scaleOf, standardise } from './standardise.ts'

/** Log-odds of a total of points = intercept + slope × total. */
export interface Link {
  intercept: number
  slope: number
}

/** What a total of points means as a probability: logistic regression on that one number (Platt's scaling). */
export function linkOf(totals: readonly number[], outcomes: readonly boolean[]): Link {
  const column = Float64Array.from(totals)
  const scale = scaleOf(column)
  const data = { columns: [standardise(column, scale)], outcomes: Float64Array.from(outcomes, Number) }
  // The tiny penalty keeps the slope finite where points divide the two kinds without a fault.
  const fit = fitLogistic(data, 1e-4, [0], emptyFit(data))
  const slope = scale.deviation === 0 ? 0 : (fit.coefficients[0] as number) / scale.deviation
  return { intercept: fit.intercept - slope * scale.mean, slope }
}

export function probabilityOf({ intercept, slope }: Link, total: number): number {
  return probability(intercept + slope * total)
}

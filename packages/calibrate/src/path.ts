import type { Sign } from './coordinateDescent.ts'
import { type Data, emptyFit, type Fit, fitLogistic, gradientOf } from './logistic.ts'

export interface Step {
  /** Of the first penalty. */
  share: number
  fit: Fit
}

/**
 * Fits from the penalty at which the first column comes in down to a five-hundredth of it, each started from the
 * one before (warm starts). 20 steps: a quarter less each time, finer than validation can tell apart.
 */
export function* pathOf(data: Data, signs: readonly Sign[], steps = 20, least = 2e-3): Generator<Step> {
  let fit = emptyFit(data)
  const first = firstPenalty(data, signs)
  if (first === 0) return yield { share: 1, fit }
  for (let k = 0; k < steps; k++) {
    const share = least ** (k / (steps - 1))
    fit = fitLogistic(data, first * share, signs, fit)
    yield { share, fit }
  }
}

/** The least penalty that lets no column in; 0 where none says anything. */
export function firstPenalty(data: Data, signs: readonly Sign[]): number {
  const gradient = gradientOf(data, emptyFit(data))
  return gradient.reduce(
    (most, g, j) => Math.max(most, signs[j] === 0 ? Math.abs(g) : g * (signs[j] as Sign)),
    0,
  )
}

/** The fit at a share of the first penalty, by way of larger ones. */
export function fitDownTo(data: Data, share: number, signs: readonly Sign[]): Fit {
  let fit = emptyFit(data)
  const first = firstPenalty(data, signs)
  if (first === 0) return fit
  for (let s = 0.5; s > share; s /= 2) fit = fitLogistic(data, first * s, signs, fit)
  return fitLogistic(data, first * share, signs, fit)
}

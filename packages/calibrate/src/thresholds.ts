import type { Millis } from '@hotlead/model'
import { type Interval, shareWithInterval } from './interval.ts'

/** What a tier is wanted to be: right so often, or so many leads a week. */
export type Wanted = { precision: number } | { callsPerWeek: number }

export const WEEK: Millis = 604_800_000

/** A tier that fewer leads than this reach has a precision that nobody knows. */
const FEWEST = 20

export interface Threshold {
  /** Whole points from which on a lead is in the tier. */
  atLeast: number
  leads: number
  /** How many of those that reach it were won. */
  precision: Interval
  /** How many of all that were won reach it. */
  recall: number
  perWeek: number
}

/**
 * The lowest threshold at which at least the wanted share of those who reach it were won, or at most the wanted number
 * reach it a week: the most leads that the wish allows. Undefined where no threshold that 20 leads reach does it.
 */
export function thresholdFor(
  wanted: Wanted,
  totals: readonly number[],
  outcomes: readonly boolean[],
  span: Millis,
): Threshold | undefined {
  const whole = [...new Set(totals.map(Math.floor))].sort((a, b) => a - b)
  for (const atLeast of whole) {
    const found = thresholdAt(atLeast, totals, outcomes, span)
    if (found.leads < FEWEST) return undefined
    const enough =
      'precision' in wanted ? found.precision.value >= wanted.precision : found.perWeek <= wanted.callsPerWeek
    if (enough) return found
  }
  return undefined
}

/** The strictest threshold that 20 leads reach: the nearest to a wish that none fulfils. */
export function strictest(totals: readonly number[], outcomes: readonly boolean[], span: Millis): Threshold {
  const highest = totals.toSorted((a, b) => b - a)[Math.min(FEWEST, totals.length) - 1] as number
  return thresholdAt(Math.floor(highest), totals, outcomes, span)
}

/** What a threshold does to these leads. `span` is the time over which they came. */
export function thresholdAt(
  atLeast: number,
  totals: readonly number[],
  outcomes: readonly boolean[],
  span: Millis,
): Threshold {
  let [leads, won, allWon] = [0, 0, 0]
  for (const [i, total] of totals.entries()) {
    if (outcomes[i]) allWon++
    if (total < atLeast) continue
    leads++
    if (outcomes[i]) won++
  }
  return {
    atLeast,
    leads,
    precision: leads === 0 ? { value: 0, low: 0, high: 1 } : shareWithInterval(won, leads),
    recall: allWon === 0 ? 0 : won / allWon,
    perWeek: (leads * WEEK) / Math.max(span, 1),
  }
}

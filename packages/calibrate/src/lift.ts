import { numberOf, type Part } from './columns.ts'
import type { Sample, Term } from './design.ts'
import { type Interval, shareWithInterval } from './interval.ts'

/** How those who have something fare against all. */
export interface Lift {
  /** Leads that have it, and how many of them were won. */
  had: number
  won: number
  /** `won` of `had`. */
  share: Interval
  /** The share of all leads, above 0. */
  base: number
  /** The one over the other; 1 says nothing. */
  lift: number
}

/** Of those for whom the part's number is above 0. Undefined where nobody has it or nobody was won. */
export function liftOf(term: Term, part: Part, place: number, samples: readonly Sample[]): Lift | undefined {
  const having = samples.filter(s => numberOf(term, part, s.values[place]) > 0)
  const won = having.filter(s => s.outcome).length
  const base = samples.filter(s => s.outcome).length / samples.length
  if (having.length === 0 || base === 0) return undefined
  const share = shareWithInterval(won, having.length)
  return { had: having.length, won, share, base, lift: share.value / base }
}

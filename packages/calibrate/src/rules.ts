import { numberOf, type Part } from './columns.ts'
import type { Sample, Term } from './design.ts'

/** One rule of the draft. Parts of brackets ascend, and each has the points of the whole bracket, not of its step. */
export interface Rule {
  term: Term
  /** The term's place among a sample's values. */
  place: number
  parts: readonly { part: Part; points: number }[]
}

/** Points of one rule for one sample: fractions only where counts fade. */
export function pointsOf({ term, place, parts }: Rule, sample: Sample): number {
  let sum = 0
  let below = 0
  for (const { part, points } of parts) {
    const number = numberOf(term, part, sample.values[place])
    if (part.kind === 'from') {
      sum += (points - below) * number
      below = points
    } else sum += points * number
  }
  return sum
}

/** A lead's two sums: the score is of what it did, the fit of who it is. */
export function totalsOf(rules: readonly Rule[], sample: Sample): { score: number; fit: number } {
  const totals = { score: 0, fit: 0 }
  for (const rule of rules) totals[rule.term.kind === 'count' ? 'score' : 'fit'] += pointsOf(rule, sample)
  return totals
}

export function totalOf(rules: readonly Rule[], sample: Sample): number {
  const { score, fit } = totalsOf(rules, sample)
  return score + fit
}

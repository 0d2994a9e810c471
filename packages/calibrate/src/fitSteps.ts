import type { Sample } from './design.ts'
import { type Rule, totalsOf } from './rules.ts'

/**
 * A tier's condition bounds score and fit apart, so “score + fit ≥ T” is written as a stair: fit ≥ 12 and score ≥
 * T − 12, or fit ≥ 5 and score ≥ T − 5, … These are its steps: the fits that occur, at most `most` of them by
 * quantiles. A lead is judged by the step that it reaches, so with fewer steps than fits it may count for less than
 * its sum, never for more.
 */
export function fitStepsOf(rules: readonly Rule[], training: readonly Sample[], most = 6): number[] {
  if (!rules.some(r => r.term.kind === 'attribute')) return []
  const fits = training.map(s => totalsOf(rules, s).fit).sort((a, b) => a - b)
  const distinct = [...new Set(fits)]
  if (distinct.length <= most) return distinct
  const steps = Array.from({ length: most }, (_, i) => fits[Math.floor((i * fits.length) / most)] as number)
  return [...new Set(steps)]
}

/** Score and the step of the fit that is reached; below the lowest step nobody was seen, and nothing holds. */
export function judgedTotal(rules: readonly Rule[], steps: readonly number[], sample: Sample): number {
  const { score, fit } = totalsOf(rules, sample)
  if (steps.length === 0) return score
  const reached = steps.findLast(step => step <= fit)
  return reached === undefined ? Number.NEGATIVE_INFINITY : score + reached
}

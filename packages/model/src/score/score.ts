import type { Contribution, Lead } from '@hotlead/contracts'
import type { Millis, Model, Rule, ScoreDefinition } from '../model.ts'
import { type Award, eachAward } from './awards.ts'
import { weigher } from './decay.ts'
import { clamp, underLimits } from './limits.ts'

export interface Scored {
  /** Thousandths of a point. */
  millipoints: number
  contributions: Contribution[]
}

/**
 * The main score of a lead at a time: the sum over rules of the sum over hours of points × capped count × decay of the
 * hour's age, where the age runs from the end of the hour, so that something fresh gives exactly its points. Each rule's
 * part is rounded to thousandths of a point, and every limit is one of whole thousandths too; the score is the sum of
 * these whole numbers (exact in a double below 2^53), so contributions add up exactly.
 */
export function scoreOf(model: Model, lead: Lead, t: Millis): Scored {
  return scoreBy(model.scores[0], lead, t)
}

/** Any of a model's scores, as `scoreOf`. */
export function scoreBy(score: ScoreDefinition, lead: Lead, t: Millis): Scored {
  if (latest?.score === score && latest.lead === lead && latest.t === t) return latest.scored
  const contributions: Contribution[] = []
  const { rules } = score
  const parts = new Array<number>(rules.length)
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i] as Rule
    const millipoints = partOf(rule, lead, t)
    parts[i] = millipoints
    if (millipoints !== 0) contributions.push({ rule: rule.name, millipoints })
  }
  const millipoints = underLimits(score, parts, (rule, taken) =>
    contributions.push({ rule, millipoints: taken }),
  )
  const scored = { millipoints, contributions }
  latest = { score, lead, t, scored }
  return scored
}

/** What was asked for last: a lead is scored, judged and explained at one time, and facts never change. */
let latest: { score: ScoreDefinition; lead: Lead; t: Millis; scored: Scored } | undefined

/** What a rule adds at `t`, in thousandths of a point. */
export function partOf(rule: Rule, lead: Lead, t: Millis): number {
  return clamp(Math.round(faded(rule, lead, t) * 1000), rule.limit)
}

/** What is left of a rule's points at `t`, not rounded. */
export function faded(rule: Rule, lead: Lead, t: Millis): number {
  let sum = 0
  let weight: ((hour: number) => number) | undefined
  eachAward(rule, lead, (hour, points) => {
    weight ??= weigher(rule.decay, t)
    sum += points * weight(hour)
  })
  return sum
}

/** The same of awards that were worked out before. */
export function fadedAwards(rule: Rule, awards: readonly Award[], t: Millis): number {
  if (awards.length === 0) return 0
  const weight = weigher(rule.decay, t)
  let sum = 0
  for (const a of awards) sum += a.points * weight(a.hour)
  return sum
}

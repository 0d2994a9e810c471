import type { Contribution, Lead, SignalFacts } from '@hotlead/contracts'
import { HOUR, reachOf, weigher } from './decay.ts'
import type { Millis, Model, Rule } from './model.ts'

export interface Scored {
  /** Thousandths of a point. */
  millipoints: number
  contributions: Contribution[]
}

/**
 * Score of a lead at a time: the sum over rules of the sum over hours of points × capped count × decay of the hour's
 * age, where the age runs from the end of the hour, so that something fresh gives exactly its points. Each rule's part
 * is rounded to thousandths of a point; the score is the sum of these whole numbers, so contributions add up exactly.
 */
export function scoreOf(model: Model, lead: Lead, t: Millis): Scored {
  const contributions: Contribution[] = []
  let millipoints = 0
  for (const rule of model.rules) {
    const facts = factsOf(lead, rule.signal)
    if (!facts) continue
    const part = Math.round(ruleSum(rule, facts, t) * 1000)
    if (part === 0) continue
    contributions.push({ rule: rule.signal, millipoints: part })
    millipoints += part
  }
  return { millipoints, contributions }
}

export function factsOf(lead: Lead, signal: string): SignalFacts | undefined {
  return lead.signals.find(s => s.name === signal)
}

/** Weight sum of one rule in points, not rounded. */
export function ruleSum(rule: Rule, facts: SignalFacts, t: Millis): number {
  if (rule.perDay !== undefined || rule.total !== undefined) return rule.points * cappedWeight(rule, facts, t)
  let sum = rule.decay.kind === 'none' ? facts.older : 0
  const weight = weigher(rule.decay, t)
  for (const b of facts.buckets) sum += b.count * weight(b.hour)
  return rule.points * sum
}

/** Matches that a rule still gives points for, before caps. */
export function matchesInReach(rule: Rule, facts: SignalFacts, t: Millis): number {
  let n = rule.decay.kind === 'none' ? facts.older : 0
  const reach = reachOf(rule.decay)
  for (const b of facts.buckets) if (t - (b.hour + 1) * HOUR < reach) n += b.count
  return n
}

/**
 * Caps are counted from the latest hour back, per UTC day and in all, so an event more never lowers a score: of ten
 * views in the morning and ten at night with a cap of ten a day, the night's count.
 */
function cappedWeight(rule: Rule, facts: SignalFacts, t: Millis): number {
  const weight = weigher(rule.decay, t)
  let left = rule.total ?? Number.POSITIVE_INFINITY
  let day = Number.NaN
  let leftToday = 0
  let sum = 0
  for (let i = facts.buckets.length - 1; i >= 0 && left > 0; i--) {
    const b = facts.buckets[i] as { hour: number; count: number }
    const today = Math.floor(b.hour / 24)
    if (today !== day) {
      day = today
      leftToday = rule.perDay ?? Number.POSITIVE_INFINITY
    }
    const counted = Math.min(b.count, leftToday, left)
    leftToday -= counted
    left -= counted
    sum += counted * weight(b.hour)
  }
  if (rule.decay.kind === 'none') sum += Math.min(left, facts.older)
  return sum
}

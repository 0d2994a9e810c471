import type { Lead, Condition as Shown } from '@hotlead/contracts'
import { holds, Situation, shown } from './conditions.ts'
import { formatDuration } from './duration.ts'
import type { Decay, Millis, Model } from './model.ts'
import { nextChange } from './nextChange.ts'
import { factsOf, matchesInReach, ruleSum, scoreOf } from './score.ts'
import { judge, type TierState } from './tiers.ts'

export interface ExplainedRule {
  rule: string
  /** Matches within reach of the rule's decay, before caps. */
  count: number
  points: number
  /** What the points faded to by age and caps: part ÷ (count × points). */
  factor: number
  decay: string
  millipoints: number
}

export interface Explanation {
  millipoints: number
  rules: ExplainedRule[]
  tiers: { tier: string; enter: Shown[]; enterHolds: boolean; exit: Shown[]; exitHolds: boolean }[]
  /** When the tier changes if nothing more happens, and to which. */
  next: { at: Millis; tier: string } | undefined
}

/** Everything that makes a lead's score and tier what they are at `t`. The rules' parts sum to the score exactly. */
export function explain(model: Model, lead: Lead, state: TierState, t: Millis): Explanation {
  const { millipoints, contributions } = scoreOf(model, lead, t)
  const part = new Map(contributions.map(c => [c.rule, c.millipoints]))
  const s = new Situation(model, lead, t)
  const rules = model.rules.flatMap(rule => {
    const facts = factsOf(lead, rule.signal)
    if (!facts) return []
    const count = matchesInReach(rule, facts, t)
    const full = count * rule.points
    return [
      {
        rule: rule.signal,
        count,
        points: rule.points,
        factor: full === 0 ? 0 : ruleSum(rule, facts, t) / full,
        decay: decayWords(rule.decay),
        millipoints: part.get(rule.signal) ?? 0,
      },
    ]
  })
  const tiers = model.tiers.slice(1).map(tier => ({
    tier: tier.name,
    enter: tier.enter ? shown(tier.enter, s) : [],
    enterHolds: tier.enter !== undefined && holds(tier.enter, s),
    exit: tier.exit ? shown(tier.exit, s) : [],
    exitHolds: tier.exit ? holds(tier.exit, s) : tier.enter !== undefined && !holds(tier.enter, s),
  }))
  return {
    millipoints,
    rules,
    tiers,
    next: firstChange(model, lead, state, t),
  }
}

/** Early answers of `nextChange` that are passed over before there is none to show; the service wakes at each. */
const MAX_EARLY = 20

function firstChange(model: Model, lead: Lead, state: TierState, t: Millis): Explanation['next'] {
  let from = t
  for (let i = 0; i < MAX_EARLY; i++) {
    const at = nextChange(model, lead, state, from)
    if (at === undefined) return undefined
    const tier = judge(model, lead, state, at)
    if (tier !== state.tier) return { at, tier }
    from = at + 1
  }
  return undefined
}

export function decayWords(decay: Decay): string {
  switch (decay.kind) {
    case 'none':
      return 'no decay'
    case 'halfLife':
      return `half-life ${formatDuration(decay.length)}`
    case 'window':
      return `window ${formatDuration(decay.length)}`
    case 'linear':
      return `linear ${formatDuration(decay.length)}`
    case 'steps':
      return `steps ${decay.steps.map(x => `${x.weight} within ${formatDuration(x.within)}`).join(', ')}`
  }
}

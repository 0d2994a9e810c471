import type { Contribution, Lead, Condition as Shown } from '@hotlead/contracts'
import { formatDuration } from './duration.ts'
import { hoursOf } from './facts/hours.ts'
import type { Decay, FitRule, Millis, Model, Rule, ScoreDefinition } from './model.ts'
import { factsOf } from './score/awards.ts'
import { HOUR, reachOf } from './score/decay.ts'
import { answerOf, fitOf } from './score/fit.ts'
import { faded, scoreBy } from './score/score.ts'
import { holds } from './tier/conditions.ts'
import { judge, suppressionOf } from './tier/judge.ts'
import { nextChange } from './tier/nextChange.ts'
import { Situation, type TierState } from './tier/situation.ts'
import { shown } from './tier/words.ts'

export interface ExplainedRule {
  rule: string
  /** Units within reach of the rule's decay, before caps: matches, or of a sum its value. */
  count: number
  /** For each; undefined where the rule has brackets or a table of several rows that matched. */
  points: number | undefined
  /** What the points faded to by age and caps: what is left ÷ what all of it would be worth uncapped and fresh. */
  factor: number
  decay: string
  millipoints: number
}

export interface ExplainedScore {
  name: string
  millipoints: number
  rules: ExplainedRule[]
  /** What limits took away, by their names; empty where none did. */
  limits: Contribution[]
}

export interface ExplainedFit {
  millipoints: number
  rules: { rule: string; attribute: string; answer: string; points: number }[]
  /** What the limit took away. */
  limits: Contribution[]
}

export interface Explanation {
  /** The main score first. */
  scores: [ExplainedScore, ...ExplainedScore[]]
  fit: ExplainedFit | undefined
  /** Such as `A1`; undefined where the model has no grid. */
  grid: string | undefined
  phase: string | undefined
  /** Which list keeps the lead in the lowest tier, and why. */
  suppressed: { name: string; because: Shown[] } | undefined
  tiers: { tier: string; enter: Shown[]; enterHolds: boolean; exit: Shown[]; exitHolds: boolean }[]
  /** When the tier changes if nothing more happens, and to which. */
  next: { at: Millis; tier: string } | undefined
}

/** Everything that makes a lead's scores and tier what they are at `t`. Rules and limits sum to each score exactly. */
export function explain(model: Model, lead: Lead, state: TierState, t: Millis): Explanation {
  const s = new Situation(model, lead, t, state)
  const suppressed = suppressionOf(s)
  return {
    scores: model.scores.map(score => explainScore(score, lead, t)) as Explanation['scores'],
    fit: model.fit && explainFit(model.fit.rules, fitOf(model.fit, lead), lead),
    grid: model.grid && s.cell,
    phase: model.phases.length > 0 ? s.phase : undefined,
    suppressed: suppressed && { name: suppressed.name, because: shown(suppressed.when, s) },
    tiers: model.tiers.slice(1).map(tier => {
      const inside = tier.name === state.tier ? s : s.cameInto(tier.name)
      return {
        tier: tier.name,
        enter: tier.enter ? shown(tier.enter, s) : [],
        enterHolds: tier.enter !== undefined && holds(tier.enter, s),
        exit: tier.exit ? shown(tier.exit, inside) : [],
        exitHolds: tier.exit ? holds(tier.exit, inside) : tier.enter !== undefined && !holds(tier.enter, s),
      }
    }),
    next: firstChange(model, lead, state, t),
  }
}

function explainScore(score: ScoreDefinition, lead: Lead, t: Millis): ExplainedScore {
  const { millipoints, contributions } = scoreBy(score, lead, t)
  const part = new Map(contributions.map(c => [c.rule, c.millipoints]))
  const rules = score.rules.flatMap(rule => explainRule(rule, lead, t, part.get(rule.name) ?? 0))
  const named = new Set(score.rules.map(r => r.name))
  return { name: score.name, millipoints, rules, limits: contributions.filter(c => !named.has(c.rule)) }
}

function explainRule(rule: Rule, lead: Lead, t: Millis, millipoints: number): ExplainedRule[] {
  const counts = rule.terms
    .map(term => ({ points: term.points, count: unitsInReach(rule, term.facts, lead, t) }))
    .filter(c => c.count !== undefined) as { points: number; count: number }[]
  // A lower limit gives points for nothing.
  if (counts.length === 0 && millipoints === 0) return []
  const count = counts.reduce((n, c) => n + c.count, 0)
  const full = rule.brackets
    ? rule.brackets.reduce((points, b) => (count >= b.from ? b.points : points), 0)
    : counts.reduce((sum, c) => sum + c.count * c.points, 0)
  const left = faded(rule, lead, t)
  return [
    {
      rule: rule.name,
      count,
      points: rule.brackets || counts.length > 1 ? undefined : counts[0]?.points,
      factor: full === 0 ? 0 : left / full,
      decay: decayWords(rule.decay),
      millipoints,
    },
  ]
}

/** Units that a rule still gives points for, before caps; undefined where the lead has no such facts. */
function unitsInReach(rule: Rule, name: string, lead: Lead, t: Millis): number | undefined {
  const facts = factsOf(lead, name)
  if (!facts) return undefined
  let n = rule.decay.kind === 'none' ? facts.older : 0
  const reach = reachOf(rule.decay)
  for (const b of hoursOf(facts)) if (t - (b.hour + 1) * HOUR < reach) n += b.count
  return n / rule.perUnit
}

function explainFit(
  rules: readonly FitRule[],
  { millipoints, contributions }: ReturnType<typeof fitOf>,
  lead: Lead,
): ExplainedFit {
  const named = new Set(rules.map(r => r.name))
  return {
    millipoints,
    rules: rules.map(rule => {
      const { words, points } = answerOf(rule, lead)
      return { rule: rule.name, attribute: rule.attribute, answer: words, points }
    }),
    limits: contributions.filter(c => !named.has(c.rule)),
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

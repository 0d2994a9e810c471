import type { Lead, Condition as Shown } from '@hotlead/contracts'
import type { Condition, Millis, Model, Suppression, Tier } from '../model.ts'
import { holds } from './conditions.ts'
import { Situation, type TierState } from './situation.ts'
import { shown } from './words.ts'

export function firstTier(model: Model): string {
  return (model.tiers[0] as Tier).name
}

/** Place of a tier from 0, the lowest; a name that this model does not have counts as the lowest. */
export function rankOf(model: Model, tier: string): number {
  return Math.max(
    0,
    model.tiers.findIndex(t => t.name === tier),
  )
}

export function isUpward(model: Model, from: string, to: string): boolean {
  return rankOf(model, to) > rankOf(model, from)
}

/** Whether the move is one that sales wants to hear of: upward, and into a tier that is announced, now or again. */
export function announces(model: Model, state: TierState, to: string, t: Millis): boolean {
  if (!isUpward(model, state.tier, to)) return false
  const { announce } = model.tiers[rankOf(model, to)] as Tier
  if (typeof announce === 'string' && announce !== 'once') return announce === 'always'
  const left = state.left.find(l => l.tier === to)
  return left === undefined || (announce !== 'once' && t - left.at >= announce.again)
}

/**
 * The tier that a lead should be in at `t`, given the one it is in. Who is suppressed is in the lowest. Up: the highest
 * whose enter condition holds, whose exit condition does not, and whose cool-down is over. Else down, where its exit
 * condition holds and its dwell is over: to the highest lower tier whose own exit condition does not hold. The exit of a
 * tier that it is not in is asked as if it had come in now: a call of last year is not since then. Judged again at the
 * same time, the new tier stands, also where a model lets enter and exit hold at once.
 */
export function judge(model: Model, lead: Lead, state: TierState, t: Millis): string {
  return judgeAt(new Situation(model, lead, t, state))
}

export function judgeAt(s: Situation): string {
  const { tiers } = s.model
  const { state } = s
  if (suppressionOf(s)) return (tiers[0] as Tier).name
  const rank = rankOf(s.model, state.tier)
  for (let i = tiers.length - 1; i > rank; i--) {
    const tier = tiers[i] as Tier
    if (enters(tier, s) && !coolingDown(tier, s)) return tier.name
  }
  const current = tiers[rank] as Tier
  if (rank === 0 || s.t - state.since < current.dwell || !exits(current, s)) return current.name
  for (let i = rank - 1; i > 0; i--) {
    const tier = tiers[i] as Tier
    if (!exits(tier, s.cameInto(tier.name))) return tier.name
  }
  return (tiers[0] as Tier).name
}

/** The first list that keeps the lead in the lowest tier. */
export function suppressionOf(s: Situation): Suppression | undefined {
  return s.model.suppress.find(x => holds(x.when, s))
}

function enters(tier: Tier, s: Situation): boolean {
  if (tier.enter === undefined || !holds(tier.enter, s)) return false
  return tier.exit === undefined || !holds(tier.exit, s.cameInto(tier.name))
}

function exits(tier: Tier, s: Situation): boolean {
  if (tier.exit) return holds(tier.exit, s)
  return tier.enter !== undefined && !holds(tier.enter, s)
}

function coolingDown(tier: Tier, s: Situation): boolean {
  if (tier.coolDown === 0) return false
  const left = s.state.left.find(l => l.tier === tier.name)
  return left !== undefined && s.t - left.at < tier.coolDown
}

/**
 * Leaves of what moved a lead to another tier, with their values: of what suppresses it, or upward the enter condition of
 * the new tier, downward the exit condition of the old one (its enter condition where it has no other exit).
 */
export function conditionsOf(model: Model, lead: Lead, state: TierState, to: string, t: Millis): Shown[] {
  const s = new Situation(model, lead, t, state)
  const condition = suppressionOf(s)?.when ?? movingCondition(model, state.tier, to)
  return condition ? shown(condition, s) : []
}

function movingCondition(model: Model, from: string, to: string): Condition | undefined {
  const upward = isUpward(model, from, to)
  const { enter, exit } = model.tiers[rankOf(model, upward ? to : from)] as Tier
  return upward ? enter : (exit ?? enter)
}

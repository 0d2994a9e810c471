import type { Lead, Condition as Shown } from '@hotlead/contracts'
import { holds, Situation, shown } from './conditions.ts'
import type { Millis, Model, Tier } from './model.ts'

/** Where a lead stands, and what dwell and cool-down need of its past. */
export interface TierState {
  tier: string
  since: Millis
  left: readonly { tier: string; at: Millis }[]
}

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

/** Whether the move is one that sales wants to hear of: upward into a tier with `announce`. */
export function announces(model: Model, from: string, to: string): boolean {
  return isUpward(model, from, to) && (model.tiers[rankOf(model, to)] as Tier).announce
}

/**
 * The tier that a lead should be in at `t`, given the one it is in. Up: the highest whose enter condition holds, whose
 * exit condition does not, and whose cool-down is over. Else down, where its exit condition holds and its dwell is
 * over: to the highest lower tier whose own exit condition does not hold. Judged again at the same time, the new tier
 * stands, also where a model lets enter and exit hold at once.
 */
export function judge(model: Model, lead: Lead, state: TierState, t: Millis): string {
  return judgeAt(new Situation(model, lead, t), state)
}

export function judgeAt(s: Situation, state: TierState): string {
  const { tiers } = s.model
  const rank = rankOf(s.model, state.tier)
  for (let i = tiers.length - 1; i > rank; i--) {
    const tier = tiers[i] as Tier
    if (enters(tier, s) && !coolingDown(tier, state, s.t)) return tier.name
  }
  const current = tiers[rank] as Tier
  if (rank === 0 || s.t - state.since < current.dwell || !exits(current, s)) return current.name
  for (let i = rank - 1; i > 0; i--) if (!exits(tiers[i] as Tier, s)) return (tiers[i] as Tier).name
  return (tiers[0] as Tier).name
}

function enters(tier: Tier, s: Situation): boolean {
  return tier.enter !== undefined && holds(tier.enter, s) && !(tier.exit && holds(tier.exit, s))
}

function exits(tier: Tier, s: Situation): boolean {
  if (tier.exit) return holds(tier.exit, s)
  return tier.enter !== undefined && !holds(tier.enter, s)
}

function coolingDown(tier: Tier, state: TierState, t: Millis): boolean {
  if (tier.coolDown === 0) return false
  const left = state.left.find(l => l.tier === tier.name)
  return left !== undefined && t - left.at < tier.coolDown
}

/**
 * Leaves of what moved a lead from one tier to another, with their values: upward the enter condition of the new tier,
 * downward the exit condition of the old one (its enter condition where it has no other exit).
 */
export function conditionsOf(model: Model, lead: Lead, from: string, to: string, t: Millis): Shown[] {
  const upward = isUpward(model, from, to)
  const { enter, exit } = model.tiers[rankOf(model, upward ? to : from)] as Tier
  const condition = upward ? enter : (exit ?? enter)
  return condition ? shown(condition, new Situation(model, lead, t)) : []
}

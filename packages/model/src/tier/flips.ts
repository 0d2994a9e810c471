import type { Lead } from '@hotlead/contracts'
import { hoursOf } from '../facts/hours.ts'
import { inRange } from '../match/passes.ts'
import type { Condition, Leaf, Millis, Model } from '../model.ts'
import { factsOf } from '../score/awards.ts'
import { HOUR } from '../score/decay.ts'
import { eachLeaf } from './conditions.ts'
import { wholeSecondAfter } from './seconds.ts'
import type { TierState } from './situation.ts'

/** Whole seconds after `from` at which a condition other than on a score, a dwell or a cool-down flips, in order. */
export function flipTimes(
  model: Model,
  conditions: readonly Condition[],
  lead: Lead,
  state: TierState,
  from: Millis,
): Millis[] {
  const times = new Set<Millis>()
  const add = (t: Millis) => {
    const second = wholeSecondAfter(t)
    if (second > from) times.add(second)
  }
  for (const c of conditions) eachLeaf(c, leaf => leafFlips(leaf, lead, from, add))
  for (const tier of model.tiers) {
    if (tier.coolDown > 0) for (const l of state.left) if (l.tier === tier.name) add(l.at + tier.coolDown)
    if (tier.dwell > 0 && tier.name === state.tier) add(state.since + tier.dwell)
  }
  return [...times].sort((a, b) => a - b)
}

function leafFlips(leaf: Leaf, lead: Lead, from: Millis, add: (t: Millis) => void): void {
  if (leaf.kind === 'recency') {
    const last = factsOf(lead, leaf.signal)?.last
    if (last !== undefined) add(last + leaf.within)
  }
  if (leaf.kind === 'sinceTier') {
    // Of a match that is dated ahead: from then on a lead that comes into a tier comes after it.
    const last = factsOf(lead, leaf.signal)?.last
    if (last !== undefined) add(last)
  }
  if (leaf.kind !== 'count' || leaf.within === undefined) return
  // A count in a window only falls: the oldest hour leaves first. Most hours that leave flip nothing.
  const { within, perUnit, range } = leaf
  const facts = factsOf(lead, leaf.signal)
  const hours = facts ? hoursOf(facts) : []
  const leaves = (b: { hour: number }) => (b.hour + 1) * HOUR + within
  let n = 0
  for (const b of hours) if (leaves(b) > from) n += b.count
  let held = inRange(n / perUnit, range)
  for (const b of hours) {
    if (leaves(b) <= from) continue
    n -= b.count
    const holds = inRange(n / perUnit, range)
    if (holds !== held) add(leaves(b))
    held = holds
  }
}

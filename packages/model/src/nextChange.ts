import type { Lead, SignalFacts } from '@hotlead/contracts'
import { eachLeaf, inRange, Situation } from './conditions.ts'
import { HOUR, reachOf } from './decay.ts'
import type { Condition, Millis, Model, Rule } from './model.ts'
import { factsOf, ruleSum } from './score.ts'
import { judgeAt, rankOf, type TierState } from './tiers.ts'

const SECOND = 1000
/** Looks at most so often before it gives an early answer: waking then and asking again is always right. */
const MAX_STEPS = 200

/**
 * The earliest whole second from `from` on at which `judge` would give another tier with no further event; undefined
 * where it never would. A function of facts and standing only. It may be early where points are negative and fade
 * against positive ones (then waking moves nothing and asks again), and it is never late.
 *
 * Counts, recency, dwell and cool-down flip at known times. Between these a tier can change only where the score
 * crosses a bound: positive and negative points each only fade, so bisection on whole seconds finds the place.
 */
export function nextChange(model: Model, lead: Lead, state: TierState, from: Millis): Millis | undefined {
  let t = wholeSecondAfter(from)
  if (judgeAt(new Situation(model, lead, t), state) !== state.tier && knows(model, state)) return t
  if (rankOf(model, state.tier) === 0 && !mayRise(model, lead, state, t)) return undefined
  const deciding = decidingConditions(model, state)
  const flips = flipTimes(model, deciding, lead, state, t)
  const bounds = boundsOf(deciding)
  const counted = countedRules(model, lead)
  const faded = fadedBy(counted)
  for (let step = 0, i = 0; step < MAX_STEPS; step++) {
    while (i < flips.length && (flips[i] as Millis) <= t) i++
    const flip = flips[i]
    const crossing = firstCrossing(counted, bounds, t, Math.min(flip ?? faded, faded))
    const next = crossing ?? flip
    if (next === undefined) return undefined
    if (judgeAt(new Situation(model, lead, next), state) !== state.tier) return next
    t = next
  }
  return t + SECOND
}

/** Most leads are in the lowest tier, have done nothing that counts against them, and wait for nothing. */
function mayRise(model: Model, lead: Lead, state: TierState, t: Millis): boolean {
  return (
    model.alwaysRising ||
    lead.signals.some(s => model.rising.has(s.name)) ||
    model.tiers.some(
      tier => tier.coolDown > 0 && state.left.some(l => l.tier === tier.name && l.at + tier.coolDown > t),
    )
  )
}

/** A tier that the model does not have is the lowest: the difference in name alone is no change to wake for. */
function knows(model: Model, state: TierState): boolean {
  return model.tiers.some(tier => tier.name === state.tier)
}

function wholeSecondAfter(t: Millis): Millis {
  return Math.ceil(t / SECOND) * SECOND
}

/** The conditions that can move a lead out of its tier: the exit of this one, and what leads into higher ones. */
function decidingConditions(model: Model, state: TierState): Condition[] {
  const rank = rankOf(model, state.tier)
  const conditions: (Condition | undefined)[] = []
  for (const [i, tier] of model.tiers.entries())
    if (i > rank) conditions.push(tier.enter, tier.exit)
    else if (i === rank) conditions.push(tier.exit ?? tier.enter)
  return conditions.filter(c => c !== undefined)
}

/** Every number that the conditions compare the score with. */
function boundsOf(conditions: readonly Condition[]): number[] {
  const bounds = new Set<number>()
  for (const c of conditions)
    eachLeaf(c, leaf => {
      if (leaf.kind !== 'score') return
      for (const bound of Object.values(leaf.range)) if (bound !== undefined) bounds.add(bound)
    })
  return [...bounds]
}

/** Whole seconds after `from` at which a condition other than on the score, a dwell or a cool-down flips, in order. */
function flipTimes(
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

function leafFlips(c: Condition, lead: Lead, from: Millis, add: (t: Millis) => void): void {
  if (c.kind === 'recency') {
    const last = factsOf(lead, c.signal)?.last
    if (last !== undefined) add(last + c.within)
  }
  if (c.kind !== 'count' || c.within === undefined) return
  // A count in a window only falls: the oldest hour leaves first. Most hours that leave flip nothing.
  const buckets = factsOf(lead, c.signal)?.buckets ?? []
  const leaves = (b: { hour: number }) => (b.hour + 1) * HOUR + (c.within as Millis)
  let n = 0
  for (const b of buckets) if (leaves(b) > from) n += b.count
  let held = inRange(n, c.range)
  for (const b of buckets) {
    if (leaves(b) <= from) continue
    n -= b.count
    const holds = inRange(n, c.range)
    if (holds !== held) add(leaves(b))
    held = holds
  }
}

type Counted = { rule: Rule; facts: SignalFacts }[]

function countedRules(model: Model, lead: Lead): Counted {
  return model.rules.flatMap(rule => {
    const facts = factsOf(lead, rule.signal)
    return facts ? [{ rule, facts }] : []
  })
}

/** Whole second from which on no part of the score changes any more; −Infinity where none ever does. */
function fadedBy(counted: Counted): Millis {
  let end = Number.NEGATIVE_INFINITY
  for (const { rule, facts } of counted) {
    const last = facts.buckets.at(-1)
    if (last && rule.decay.kind !== 'none')
      end = Math.max(end, wholeSecondAfter((last.hour + 1) * HOUR + reachOf(rule.decay)))
  }
  return end
}

/** Positive and negative rules' parts of a score in thousandths; each only falls in size as time passes. */
function parts(counted: Counted, t: Millis): { up: number; down: number } {
  let up = 0
  let down = 0
  for (const { rule, facts } of counted) {
    const part = Math.round(ruleSum(rule, facts, t) * 1000)
    if (part > 0) up += part
    else down -= part
  }
  return { up, down }
}

/**
 * First whole second in (from, to] at which the score may stand on another side of a bound; undefined where there is
 * none. With both parts falling, the score at u lies between up(u) − down(from) and up(from) − down(u), and once it
 * may have crossed it may have at any later u: so the end of the stretch answers first, and bisection finds the place.
 */
function firstCrossing(
  counted: Counted,
  bounds: readonly number[],
  from: Millis,
  to: Millis,
): Millis | undefined {
  if (to <= from || bounds.length === 0) return undefined
  const start = parts(counted, from)
  if (start.up === 0 && start.down === 0) return undefined
  const side = (millipoints: number, bound: number) => Math.sign(millipoints / 1000 - bound)
  const sides = bounds.map(b => side(start.up - start.down, b))
  const mayCross = (u: Millis): boolean => {
    const now = parts(counted, u)
    return bounds.some(
      (b, i) => side(now.up - start.down, b) !== sides[i] || side(start.up - now.down, b) !== sides[i],
    )
  }
  if (!mayCross(to)) return undefined
  let low = from
  let high = to
  // Growing steps first: most changes are days away, and the end of the stretch months.
  for (let step = 6 * HOUR; from + step < high; step *= 4) {
    if (mayCross(from + step)) high = from + step
    else low = from + step
  }
  while (high - low > SECOND) {
    const middle = low + Math.floor((high - low) / 2 / SECOND) * SECOND
    if (mayCross(middle)) high = middle
    else low = middle
  }
  return high
}

import type { Lead, SignalFacts } from '@hotlead/contracts'
import { Situation } from './conditions.ts'
import { jumpsOf } from './decay.ts'
import { HOUR } from './facts.ts'
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
 * Between the jumps of windows, steps and waiting times every score is a sum of falling curves, so a bound can flip
 * only where the score crosses it: found by bisection on whole seconds over each stretch.
 */
export function nextChange(model: Model, lead: Lead, state: TierState, from: Millis): Millis | undefined {
  let t = wholeSecondAfter(from)
  if (judgeAt(new Situation(model, lead, t), state) !== state.tier && knows(model, state)) return t
  if (rankOf(model, state.tier) === 0 && !mayRise(model, lead)) return undefined
  const jumps = jumpTimes(model, lead, state, t)
  const bounds = scoreBounds(model)
  const counted = countedRules(model, lead)
  for (let step = 0, j = 0; step < MAX_STEPS; step++) {
    while (j < jumps.length && (jumps[j] as Millis) <= t) j++
    const jump = jumps[j]
    const crossing = firstCrossing(counted, bounds, t, jump)
    const next = crossing ?? jump
    if (next === undefined) return undefined
    if (judgeAt(new Situation(model, lead, next), state) !== state.tier) return next
    t = next
  }
  return t + SECOND
}

/** Most leads are in the lowest tier, have done nothing that counts against them, and wait for nothing. */
function mayRise(model: Model, lead: Lead): boolean {
  return model.alwaysRising || lead.signals.some(s => model.rising.has(s.name))
}

/** A tier that the model does not have is the lowest: the difference in name alone is no change to wake for. */
function knows(model: Model, state: TierState): boolean {
  return model.tiers.some(tier => tier.name === state.tier)
}

function wholeSecondAfter(t: Millis): Millis {
  return Math.ceil(t / SECOND) * SECOND
}

/** Whole seconds after `from` at which something other than a falling curve changes, in order. */
function jumpTimes(model: Model, lead: Lead, state: TierState, from: Millis): Millis[] {
  const times = new Set<Millis>()
  const add = (t: Millis) => {
    const second = wholeSecondAfter(t)
    if (second > from) times.add(second)
  }
  for (const rule of model.rules) {
    const facts = factsOf(lead, rule.signal)
    if (!facts) continue
    const starts = rule.decay.kind === 'halfLife' || rule.decay.kind === 'linear' ? [0] : []
    const ends = rule.decay.kind === 'linear' ? [rule.decay.length] : jumpsOf(rule.decay)
    for (const b of facts.buckets) for (const age of [...starts, ...ends]) add((b.hour + 1) * HOUR + age)
  }
  for (const tier of model.tiers) {
    for (const c of [tier.enter, tier.exit]) if (c) eachLeaf(c, leaf => leafTimes(leaf, lead, add))
    if (tier.coolDown > 0) for (const l of state.left) if (l.tier === tier.name) add(l.at + tier.coolDown)
    if (tier.dwell > 0 && tier.name === state.tier) add(state.since + tier.dwell)
  }
  return [...times].sort((a, b) => a - b)
}

function leafTimes(c: Condition, lead: Lead, add: (t: Millis) => void): void {
  if (c.kind === 'count' && c.within !== undefined)
    for (const b of factsOf(lead, c.signal)?.buckets ?? []) add((b.hour + 1) * HOUR + c.within)
  if (c.kind === 'recency') {
    const last = factsOf(lead, c.signal)?.last
    if (last !== undefined) add(last + c.within)
  }
}

function eachLeaf(c: Condition, visit: (leaf: Condition) => void): void {
  if (c.kind === 'all' || c.kind === 'any') for (const x of c.of) eachLeaf(x, visit)
  else if (c.kind === 'not') eachLeaf(c.of, visit)
  else visit(c)
}

/** Every number that some condition compares the score with. */
function scoreBounds(model: Model): number[] {
  const bounds = new Set<number>()
  for (const tier of model.tiers)
    for (const c of [tier.enter, tier.exit])
      if (c)
        eachLeaf(c, leaf => {
          if (leaf.kind !== 'score') return
          for (const bound of Object.values(leaf.range)) if (bound !== undefined) bounds.add(bound)
        })
  return [...bounds]
}

type Counted = { rule: Rule; facts: SignalFacts }[]

function countedRules(model: Model, lead: Lead): Counted {
  return model.rules.flatMap(rule => {
    const facts = factsOf(lead, rule.signal)
    return facts ? [{ rule, facts }] : []
  })
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

/** A hundred years: by then the curves have faded, or never will. */
const FOREVER: Millis = 3_155_760_000_000

/**
 * First whole second in (from, to] at which the score may stand on another side of a bound; undefined where there is
 * none. With both parts falling, the score at u lies between up(u) − down(from) and up(from) − down(u), and once it
 * may have crossed it may have at any later u: so the end of the stretch answers first, and bisection finds the place.
 */
function firstCrossing(
  counted: Counted,
  bounds: number[],
  from: Millis,
  to: Millis | undefined,
): Millis | undefined {
  const start = parts(counted, from)
  if (bounds.length === 0 || (start.up === 0 && start.down === 0)) return undefined
  const side = (millipoints: number, bound: number) => Math.sign(millipoints / 1000 - bound)
  const sides = bounds.map(b => side(start.up - start.down, b))
  const mayCross = (u: Millis): boolean => {
    const now = parts(counted, u)
    return bounds.some(
      (b, i) => side(now.up - start.down, b) !== sides[i] || side(start.up - now.down, b) !== sides[i],
    )
  }
  let low = from
  let high = to ?? from + HOUR
  for (let reach = HOUR; !mayCross(high); reach *= 4) {
    if (to !== undefined || reach > FOREVER) return undefined
    low = high
    high = from + reach
  }
  while (high - low > SECOND) {
    const middle = low + Math.floor((high - low) / 2 / SECOND) * SECOND
    if (mayCross(middle)) high = middle
    else low = middle
  }
  return high
}

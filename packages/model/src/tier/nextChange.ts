import type { Lead } from '@hotlead/contracts'
import { whole } from '../facts/unsettled.ts'
import type { Condition, Millis, Model } from '../model.ts'
import { HOUR } from '../score/decay.ts'
import { eachLeaf } from './conditions.ts'
import { flipTimes } from './flips.ts'
import { judgeAt, rankOf } from './judge.ts'
import { fallsThrough, ScoreAhead } from './scoreAhead.ts'
import { SECOND, wholeSecondAfter } from './seconds.ts'
import { Situation, type TierState } from './situation.ts'

/** Looks at most so often before it gives an early answer: waking then and asking again is always right. */
const MAX_STEPS = 200

/**
 * The earliest whole second from `from` on at which `judge` would give another tier with no further event; undefined
 * where it never would, or not up to `until`. A function of facts and standing only. It may be early where points are negative and fade
 * against positive ones (then waking moves nothing and asks again), and it is never late.
 *
 * Counts, recency, dwell and cool-down flip at known times. Between these a tier can change only where a score crosses a
 * bound: positive and negative points each only fade, so bisection on whole seconds finds the place.
 *
 * @param until whoever asks only whether something changes before the lead's next event pays two looks at its scores
 * instead of thirty
 */
export function nextChange(
  model: Model,
  lead: Lead,
  state: TierState,
  from: Millis,
  until: Millis = Number.POSITIVE_INFINITY,
): Millis | undefined {
  let t = wholeSecondAfter(from)
  if (t > until) return undefined
  if (judgeAt(new Situation(model, lead, t, state)) !== state.tier && knows(model, state)) return t
  if (!mayChange(model, lead, state, t)) return undefined
  const deciding = decidingConditions(model, state)
  const flips = flipTimes(model, deciding, lead, state, t)
  const scores = ScoreAhead.of(model, deciding, lead)
  const faded = Math.max(...scores.map(s => s.faded))
  const lastSecond = Math.floor(until / SECOND) * SECOND
  for (let step = 0, i = 0; step < MAX_STEPS; step++) {
    while (i < flips.length && (flips[i] as Millis) <= t) i++
    const flip = flips[i]
    const crossing = firstCrossing(scores, t, Math.min(flip ?? faded, faded, lastSecond))
    const next = crossing ?? flip
    if (next === undefined || next > until) return undefined
    if (judgeAt(new Situation(model, lead, next, state)) !== state.tier) return next
    t = next
  }
  return t + SECOND <= until ? t + SECOND : undefined
}

/**
 * Whether time alone can move the lead out of the tier that it was judged to be in at `t`. Where not, `nextChange` is
 * undefined; where it can, it may still be. Cheap: it looks at no score.
 */
export function mayChange(model: Model, lead: Lead, state: TierState, t: Millis): boolean {
  return rankOf(model, state.tier) > 0 || mayRise(model, lead, state, t)
}

/**
 * Whether anything that decides the lead's tier may change in (from, until], given that `from` is when it was judged to
 * be in it. Where not, `nextChange` is undefined up to `until`. A fifth of that one's price where, as mostly, it does not.
 * @param millipoints of its main score at `from`, where that is known
 */
export function mayChangeBy(
  model: Model,
  lead: Lead,
  state: TierState,
  { from, millipoints }: { from: Millis; millipoints?: number | undefined },
  until: Millis,
): boolean {
  if (until <= from || !mayChange(model, lead, state, from)) return false
  const deciding = decidingConditions(model, state)
  const [flip] = flipTimes(model, deciding, lead, state, from)
  if (flip !== undefined && flip <= until) return true
  // Where nothing fades that lies below 0, scores only fall: on the same side of a bound at both ends is so all the time.
  return whole(lead).signals.some(s => model.rising.has(s.name))
    ? ScoreAhead.of(model, deciding, lead).some(s => s.mayCross(s.startAt(from), until))
    : fallsThrough(model, deciding, lead, from, until, millipoints)
}

/** Most leads are in the lowest tier, have done nothing that counts against them, and wait for nothing. */
function mayRise(model: Model, lead: Lead, state: TierState, t: Millis): boolean {
  return (
    model.alwaysRising ||
    whole(lead).signals.some(s => model.rising.has(s.name)) ||
    model.tiers.some(
      tier => tier.coolDown > 0 && state.left.some(l => l.tier === tier.name && l.at + tier.coolDown > t),
    )
  )
}

/** A tier that the model does not have is the lowest: the difference in name alone is no change to wake for. */
function knows(model: Model, state: TierState): boolean {
  return model.tiers.some(tier => tier.name === state.tier)
}

/** By model and rank. */
const decidingBy = new WeakMap<Model, (readonly Condition[])[]>()

/** The conditions that can move a lead out of its tier: the exit of this one, and what leads into higher ones. */
function decidingConditions(model: Model, state: TierState): readonly Condition[] {
  let byRank = decidingBy.get(model)
  if (!byRank) {
    byRank = model.tiers.map((_, rank) => conditionsFrom(model, rank))
    decidingBy.set(model, byRank)
  }
  return byRank[rankOf(model, state.tier)] as readonly Condition[]
}

function conditionsFrom(model: Model, rank: number): Condition[] {
  const conditions: (Condition | undefined)[] = model.suppress.map(s => s.when)
  for (const [i, tier] of model.tiers.entries())
    if (i > rank) conditions.push(tier.enter, tier.exit)
    else if (i === rank) conditions.push(tier.exit ?? tier.enter)
  const deciding = conditions.filter(c => c !== undefined)
  return deciding.some(asksForPhase)
    ? [...deciding, ...model.phases.flatMap(p => (p.when ? [p.when] : []))]
    : deciding
}

function asksForPhase(c: Condition): boolean {
  let asks = false
  eachLeaf(c, leaf => {
    if (leaf.kind === 'phase') asks = true
  })
  return asks
}

/**
 * First whole second in (from, to] at which a score may stand on another side of a bound; undefined where there is none.
 * Once one may have crossed at u it may have at any later time too: so the end of the stretch answers first, and
 * bisection finds the place.
 */
function firstCrossing(scores: readonly ScoreAhead[], from: Millis, to: Millis): Millis | undefined {
  if (to <= from) return undefined
  const starts = scores.map(s => s.startAt(from))
  const mayCross = (u: Millis) => scores.some((s, i) => s.mayCross(starts[i] as never, u))
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

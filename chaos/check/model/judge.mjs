import { passes, within } from './match.mjs'
import { HOUR, scoreAt } from './points.mjs'
import { lengthOf } from './read.mjs'

const SECOND = 1_000
const DAY = 24 * HOUR

function holds(condition, facts, points, t) {
  if (condition.all) return condition.all.every(c => holds(c, facts, points, t))
  if (condition.any) return condition.any.some(c => holds(c, facts, points, t))
  if (condition.not) return !holds(condition.not, facts, points, t)
  if (condition.score) return within(points, condition.score)
  if (condition.attribute)
    return passes(facts.attributes.get(condition.attribute.name)?.value, condition.attribute)
  if (condition.recency) {
    const signal = facts.signals.get(condition.recency.signal)
    return signal !== undefined && t - signal.last < condition.recency.within
  }
  return within(countOf(condition.count, facts, t), condition.count.bounds)
}

function countOf({ signal, within: length }, facts, t) {
  const found = facts.signals.get(signal)
  if (!found) return 0
  if (length === undefined) return found.hours.reduce((n, h) => n + h.count, found.older)
  return found.hours.filter(h => t - (h.hour + 1) * HOUR < length).reduce((n, h) => n + h.count, 0)
}

/**
 * The tier that a lead should be in at t. Up to the highest tier whose enter holds, whose exit does not, and whose
 * cool-down is over; else down where the exit of its own holds and its dwell is over, to the highest that it may stay in.
 * @param standing { tier, since, left: [{ tier, at }] }
 * @returns undefined where the score lies so near to a bound that rounding decides
 */
export function tierAt(model, facts, standing, t) {
  const { low, high } = scoreAt(model, facts, t)
  const tier = tierBy(model, facts, standing, t, low / 1000)
  return low === high || tierBy(model, facts, standing, t, high / 1000) === tier ? tier : undefined
}

function tierBy(model, facts, standing, t, points) {
  const { tiers } = model
  const rank = rankOf(model, standing.tier)
  const stays = tier =>
    tier.exit ? !holds(tier.exit, facts, points, t) : holds(tier.enter, facts, points, t)
  for (let higher = tiers.length - 1; higher > rank; higher--) {
    const tier = tiers[higher]
    if (!holds(tier.enter, facts, points, t)) continue
    if (tier.exit && holds(tier.exit, facts, points, t)) continue
    const leftAt = standing.left.find(l => l.tier === tier.name)?.at
    if (leftAt !== undefined && t - leftAt < tier.coolDown) continue
    return tier.name
  }
  if (rank === 0) return tiers[0].name
  if (t - standing.since < tiers[rank].dwell) return tiers[rank].name
  if (stays(tiers[rank])) return tiers[rank].name
  for (let lower = rank - 1; lower > 0; lower--) if (stays(tiers[lower])) return tiers[lower].name
  return tiers[0].name
}

/** Place of a tier from 0, the lowest. A name that the model does not have counts as the lowest. */
export function rankOf(model, tier) {
  return Math.max(
    0,
    model.tiers.findIndex(t => t.name === tier),
  )
}

export function hasTier(model, tier) {
  return model.tiers.some(t => t.name === tier)
}

/** Whether a move is one that sales hears of: up, into a tier with `announce`. */
export function announces(model, from, to) {
  return rankOf(model, to) > rankOf(model, from) && model.tiers[rankOf(model, to)].announce
}

/** Looks at most so often into the future of one lead. */
const MOST_LOOKS = 400

/**
 * What is wrong with the time at which a lead wants to be woken; undefined where nothing is. Tried out: at no second
 * looked at before it may the tier be another one, and at it, it must be. Looked at are the seconds at which an hour
 * leaves a window, a dwell or a cool-down ends, those before them, the one before the timer, and some in between.
 * @param from ms since 1970, since when nothing happened
 */
export function wrongTimer(model, facts, standing, wakeAt, from) {
  if (!hasTier(model, standing.tier)) return undefined
  const end = wakeAt ?? from + 400 * DAY
  const times = new Set()
  const flips = flipsOf(model, facts, standing)
  for (const flip of flips) {
    const second = Math.ceil(flip / SECOND) * SECOND
    times.add(second - SECOND).add(second)
  }
  for (let step = SECOND; step < 400 * DAY; step *= 4) times.add(Math.ceil((from + step) / SECOND) * SECOND)
  times.add(end - SECOND)
  const looks = [...times].filter(t => t > from && t < end).sort((a, b) => a - b)
  // The nearest matter most: a lead that waits for long will be looked at again.
  for (const t of looks.slice(0, MOST_LOOKS)) {
    const tier = tierAt(model, facts, standing, t)
    if (tier !== undefined && tier !== standing.tier)
      return `at ${iso(t)} it should be ${tier} if nothing more happens, but it wakes ${wakeAt === null ? 'never' : iso(wakeAt)}`
  }
  if (wakeAt === null) return undefined
  if (wakeAt % SECOND !== 0) return `it wakes at ${wakeAt}, which is no whole second`
  // Waking early and asking again is allowed where the score may also rise, and after very many looks.
  const mayRise = model.rules.some(r => r.points < 0 && r.decay.kind !== 'none')
  if (mayRise || flips.length > 150) return undefined
  const then = tierAt(model, facts, standing, wakeAt)
  if (then === standing.tier) return `it wakes at ${iso(wakeAt)}, when its tier is still ${then}`
  return undefined
}

/** Times at which something else than a fading score changes. */
function flipsOf(model, facts, standing) {
  const flips = []
  const hoursOf = signal => facts.signals.get(signal)?.hours ?? []
  const visit = c => {
    if (!c) return
    for (const part of c.all ?? c.any ?? []) visit(part)
    visit(c.not)
    if (c.count?.within !== undefined)
      for (const { hour } of hoursOf(c.count.signal)) flips.push((hour + 1) * HOUR + c.count.within)
    const last = c.recency && facts.signals.get(c.recency.signal)?.last
    if (last !== undefined) flips.push(last + c.recency.within)
  }
  for (const tier of model.tiers) {
    visit(tier.enter)
    visit(tier.exit)
    for (const l of standing.left)
      if (l.tier === tier.name && tier.coolDown > 0) flips.push(l.at + tier.coolDown)
    if (tier.name === standing.tier && tier.dwell > 0) flips.push(standing.since + tier.dwell)
  }
  for (const { signal, decay } of model.rules)
    for (const { hour } of hoursOf(signal)) {
      if (decay.kind === 'steps') for (const s of decay.steps) flips.push((hour + 1) * HOUR + s.within)
      else if (decay.kind !== 'none') flips.push((hour + 1) * HOUR + lengthOf(decay))
    }
  return flips
}

function iso(t) {
  return new Date(t).toISOString()
}

import { HOUR, lengthOf } from './decay.mjs'
import { hasTier, tierAt } from './judge.mjs'

const SECOND = 1_000
const DAY = 24 * HOUR

/** Looks at most so often into the future of one lead. */
const MOST_LOOKS = 400

/**
 * What is wrong with the time at which a lead wants to be woken; undefined where nothing is. Tried out: at no second
 * looked at before it may the tier be another one, and at it, it must be. Looked at are the seconds at which an hour
 * leaves a window, a dwell or a cool-down ends, those before them, the one before the timer, and some in between.
 * @param from ms since 1970, since when nothing happened
 */
export function wrongTimer(recount, standing, wakeAt, from) {
  const { model } = recount
  if (!hasTier(model, standing.tier)) return undefined
  const end = wakeAt ?? from + 400 * DAY
  const times = new Set()
  const flips = flipsOf(recount, standing)
  for (const flip of flips) {
    const second = Math.ceil(flip / SECOND) * SECOND
    times.add(second - SECOND).add(second)
  }
  for (let step = SECOND; step < 400 * DAY; step *= 4) times.add(Math.ceil((from + step) / SECOND) * SECOND)
  times.add(end - SECOND)
  const looks = [...times].filter(t => t > from && t < end).sort((a, b) => a - b)
  // The nearest matter most: a lead that waits for long will be looked at again.
  for (const t of looks.slice(0, MOST_LOOKS)) {
    const tier = tierAt(recount, standing, t)
    if (tier !== undefined && tier !== standing.tier)
      return `at ${iso(t)} it should be ${tier} if nothing more happens, but it wakes ${wakeAt === null ? 'never' : iso(wakeAt)}`
  }
  if (wakeAt === null) return undefined
  if (wakeAt % SECOND !== 0) return `it wakes at ${wakeAt}, which is no whole second`
  // Waking early and asking again is allowed where the score may also rise, and after very many looks.
  if (mayRise(model) || flips.size > 150) return undefined
  const then = tierAt(recount, standing, wakeAt)
  if (then === standing.tier) return `it wakes at ${iso(wakeAt)}, when its tier is still ${then}`
  return undefined
}

/** Whether some points are below 0 and fade. */
function mayRise(model) {
  const isBelow = ({ brackets, terms }) => (brackets ?? terms).some(part => part.points < 0)
  return model.scores.some(s => s.rules.some(r => r.decay.kind !== 'none' && isBelow(r)))
}

/** Times at which something else than a fading score changes. */
function flipsOf(recount, standing) {
  const { model } = recount
  const flips = new Set()
  for (const { count, recency, sinceTier } of model.leaves) {
    if (count?.within !== undefined)
      for (const hour of recount.hours(count.signal)) flips.add((hour + 1) * HOUR + count.within)
    const last = recency && recount.last(recency.signal)
    if (last !== undefined) flips.add(last + recency.within)
    // Dated ahead, it is after any move until then.
    if (sinceTier && recount.last(sinceTier) !== undefined) flips.add(recount.last(sinceTier))
  }
  for (const tier of model.tiers) {
    for (const l of standing.left)
      if (l.tier === tier.name && tier.coolDown > 0) flips.add(l.at + tier.coolDown)
    if (tier.name === standing.tier && tier.dwell > 0) flips.add(standing.since + tier.dwell)
  }
  for (const { terms, decay } of model.scores.flatMap(s => s.rules)) {
    if (decay.kind === 'none') continue
    const ends = decay.kind === 'steps' ? decay.steps.map(s => s.within) : [lengthOf(decay)]
    for (const { facts } of terms)
      for (const hour of recount.hours(facts)) for (const end of ends) flips.add((hour + 1) * HOUR + end)
  }
  return flips
}

function iso(t) {
  return new Date(t).toISOString()
}

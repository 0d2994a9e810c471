import { cellOf } from './recount.mjs'
import { passes, within } from './tests.mjs'

/** A lead in a tier at a time. Of a part that may be rounded either way, `side` says which way it is taken. */
class Situation {
  /** Whether what was asked so far may be otherwise by rounding, or cannot be told. */
  roundable = false
  untold = false
  /** The same of other tiers that it was asked of. */
  others = []
  #points = new Map()
  #phase

  constructor(recount, standing, t, side) {
    this.recount = recount
    this.model = recount.model
    this.standing = standing
    this.t = t
    this.side = side
  }

  /** As if the lead had come into a tier just now, where it is in another one: nothing happened since then. */
  in(tier) {
    if (tier.name === this.standing.tier) return this
    const s = new Situation(
      this.recount,
      { ...this.standing, tier: tier.name, since: this.t },
      this.t,
      this.side,
    )
    s.#points = this.#points
    this.others.push(s)
    return s
  }

  points(name) {
    if (!this.#points.has(name)) this.#points.set(name, this.recount.score(name, this.t))
    const score = this.#points.get(name)
    if (score.low !== score.high) this.roundable = true
    return score[this.side] / 1000
  }

  get cell() {
    const { grid } = this.model
    return grid === undefined ? null : cellOf(grid, this.recount.fit / 1000, this.points(grid.of))
  }

  /** The highest whose condition holds. */
  get phase() {
    this.#phase ??= this.model.phases.filter(p => !p.when || holds(p.when, this)).at(-1)?.name ?? null
    return this.#phase
  }
}

function holds(c, s) {
  const { recount, t } = s
  if (c.all) return c.all.every(x => holds(x, s))
  if (c.any) return c.any.some(x => holds(x, s))
  if (c.not) return !holds(c.not, s)
  if (c.of) return c.of.filter(x => holds(x, s)).length >= c.atLeast
  if (c.score) return within(s.points(c.score.of ?? 'score'), c.score)
  if (c.fit) return within(recount.fit / 1000, c.fit)
  if (c.grid) return c.grid.includes(s.cell)
  if (c.phase) return c.phase.includes(s.phase)
  if (c.attribute) return passes(recount.attribute(c.attribute.name), c.attribute)
  if (c.consent) return String(recount.attribute(c.consent)) === 'true'
  if (c.count) return within(recount.count(c.count, t), c.count.bounds)
  if (c.recency) return t - (recount.last(c.recency.signal) ?? -Infinity) < c.recency.within
  if (s.standing.since === undefined) s.untold = true
  return (recount.last(c.sinceTier) ?? -Infinity) > s.standing.since
}

/** Asks at t with every part rounded as it is, and where that may be otherwise, the other way; undefined if they differ. */
function either(recount, standing, t, ask) {
  const low = new Situation(recount, standing, t, 'low')
  const answer = ask(low)
  const all = [low, ...low.others]
  if (all.some(s => s.untold)) return undefined
  if (!all.some(s => s.roundable)) return answer
  return ask(new Situation(recount, standing, t, 'high')) === answer ? answer : undefined
}

/**
 * The tier that a lead should be in at t. The lowest, where it is suppressed. Else up to the highest tier whose enter
 * holds, whose exit does not, and whose cool-down is over; else down where the exit of its own holds and its dwell is
 * over, to the highest that it may stay in. What an exit asks for since the lead came into its tier is that tier: of one
 * that it is not in, it would come in now.
 * @param standing { tier, since, left: [{ tier, at }] }; since undefined where it is not known
 * @returns undefined where the score lies so near to a bound that rounding decides, or since when would have to be known
 */
export function tierAt(recount, standing, t) {
  return either(recount, standing, t, tierOf)
}

/** The cell of the grid, null where there is none; undefined as tierAt. */
export function cellAt(recount, standing, t) {
  return either(recount, standing, t, s => s.cell)
}

/** The phase, null where there is none; undefined as tierAt. */
export function phaseAt(recount, standing, t) {
  return either(recount, standing, t, s => s.phase)
}

function tierOf(s) {
  const { standing, t, model } = s
  const { tiers } = model
  if (model.suppress.some(c => holds(c, s))) return tiers[0].name
  const rank = rankOf(model, standing.tier)
  const exits = tier => tier.exit !== undefined && holds(tier.exit, s.in(tier))
  const stays = tier => (tier.exit ? !exits(tier) : holds(tier.enter, s.in(tier)))
  for (let higher = tiers.length - 1; higher > rank; higher--) {
    const tier = tiers[higher]
    if (!holds(tier.enter, s)) continue
    if (exits(tier)) continue
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

/**
 * Whether a move is one that sales hears of: up, into a tier with `announce`, that was left long enough ago.
 * @param left when each tier was last left, before the move
 */
export function announces(model, { from, to, at, left }) {
  const { announce } = model.tiers[rankOf(model, to)]
  if (rankOf(model, to) <= rankOf(model, from) || announce === undefined) return false
  if (announce === 0) return true
  const before = left.find(l => l.tier === to)
  return before === undefined || at - before.at >= announce
}

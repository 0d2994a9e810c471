import type { Lead } from '@hotlead/contracts'
import { type Condition, MAIN, type Millis, type Model, type Rule, type ScoreDefinition } from '../model.ts'
import { type Award, awardsOf } from '../score/awards.ts'
import { HOUR, reachOf } from '../score/decay.ts'
import { clamp, underLimits } from '../score/limits.ts'
import { fadedAwards, scoreBy } from '../score/score.ts'
import { eachLeaf } from './conditions.ts'
import { wholeSecondAfter } from './seconds.ts'

interface Part {
  rule: Rule
  /** Awards above 0 and below: what is left of each only falls in size as time passes. */
  up: readonly Award[]
  down: readonly Award[]
}

/** What is left of each part's awards, in points. */
interface Left {
  ups: number[]
  downs: number[]
}

interface Start extends Left {
  /** On which side of each bound the score stands: −1, 0 or 1. */
  sides: number[]
}

/** One score of a lead in silence, against the numbers that conditions compare it with. */
export class ScoreAhead {
  readonly #score: ScoreDefinition
  readonly #parts: Part[]
  readonly #bounds: number[]
  /** Whole second from which on no part of it changes any more; −Infinity where none ever does. */
  readonly faded: Millis

  private constructor(score: ScoreDefinition, bounds: number[], lead: Lead) {
    this.#score = score
    this.#bounds = bounds
    this.#parts = score.rules.map(rule => {
      const awards = awardsOf(rule, lead)
      if (awards.every(a => a.points > 0)) return { rule, up: awards, down: [] }
      return { rule, up: awards.filter(a => a.points > 0), down: awards.filter(a => a.points < 0) }
    })
    this.faded = Math.max(Number.NEGATIVE_INFINITY, ...this.#parts.map(fadedBy))
  }

  /** Those scores that the conditions look at and that still change. */
  static of(model: Model, conditions: readonly Condition[], lead: Lead): ScoreAhead[] {
    const bounds = boundsFor(model, conditions)
    return model.scores.flatMap(score => {
      const of = bounds.get(score.name)
      const ahead = of && new ScoreAhead(score, [...of], lead)
      return ahead && ahead.faded > Number.NEGATIVE_INFINITY ? [ahead] : []
    })
  }

  startAt(t: Millis): Start {
    const left = this.#leftAt(t)
    const now = this.#total(left.ups, left.downs, 0)
    return { ...left, sides: this.#bounds.map(b => side(now, b)) }
  }

  /**
   * With both kinds of points falling in size, the score at u lies between (what is above 0 at u, what is below at the
   * start) and the other way round; rounding and limits keep that order.
   */
  mayCross(start: Start, u: Millis): boolean {
    const { ups, downs } = this.#leftAt(u)
    const low = this.#total(ups, start.downs, -1)
    const high = this.#total(start.ups, downs, 1)
    return this.#bounds.some((b, i) => side(low, b) !== start.sides[i] || side(high, b) !== start.sides[i])
  }

  #leftAt(t: Millis): Left {
    return {
      ups: this.#parts.map(p => fadedAwards(p.rule, p.up, t)),
      downs: this.#parts.map(p => fadedAwards(p.rule, p.down, t)),
    }
  }

  /** @param slack thousandths: a part of both signs adds up in another order here, and may round to the next one */
  #total(ups: readonly number[], downs: readonly number[], slack: -1 | 0 | 1): number {
    const parts = this.#parts.map(({ rule, up, down }, i) => {
      const sum = Math.round(((ups[i] as number) + (downs[i] as number)) * 1000)
      return clamp(up.length > 0 && down.length > 0 ? sum + slack : sum, rule.limit)
    })
    return underLimits(this.#score, parts)
  }
}

function side(millipoints: number, bound: number): number {
  return Math.sign(millipoints / 1000 - bound)
}

/** Whole second from which on nothing of a part is left to fade. */
function fadedBy({ rule, up, down }: Part): Millis {
  if (rule.decay.kind === 'none') return Number.NEGATIVE_INFINITY
  const last = Math.max(up[0]?.hour ?? Number.NEGATIVE_INFINITY, down[0]?.hour ?? Number.NEGATIVE_INFINITY)
  return last === Number.NEGATIVE_INFINITY ? last : wholeSecondAfter((last + 1) * HOUR + reachOf(rule.decay))
}

/**
 * Whether a score stands on another side of a bound at `until` than at `from`.
 * @param millipoints of the main score at `from`, where that is known
 */
export function fallsThrough(
  model: Model,
  conditions: readonly Condition[],
  lead: Lead,
  from: Millis,
  until: Millis,
  millipoints?: number,
): boolean {
  for (const [name, numbers] of boundsFor(model, conditions)) {
    const score = model.scores.find(s => s.name === name)
    if (!score) continue
    const after = scoreBy(score, lead, until).millipoints
    const before =
      name === MAIN && millipoints !== undefined ? millipoints : scoreBy(score, lead, from).millipoints
    if (before === after) continue
    for (const bound of numbers) if (side(before, bound) !== side(after, bound)) return true
  }
  return false
}

function boundsFor(model: Model, conditions: readonly Condition[]): Map<string, Set<number>> {
  let bounds = boundsBy.get(conditions)
  if (!bounds) {
    bounds = boundsOf(model, conditions)
    boundsBy.set(conditions, bounds)
  }
  return bounds
}

/** Of conditions that were asked for before: they are a model's own, and it is asked for every lead. */
const boundsBy = new WeakMap<readonly Condition[], Map<string, Set<number>>>()

/** Every number that conditions compare a score with, by the score's name. */
function boundsOf(model: Model, conditions: readonly Condition[]): Map<string, Set<number>> {
  const bounds = new Map<string, Set<number>>()
  const add = (score: string, numbers: readonly (number | undefined)[]) => {
    const of = bounds.get(score) ?? new Set()
    bounds.set(score, of)
    for (const n of numbers) if (n !== undefined && Number.isFinite(n)) of.add(n)
  }
  for (const c of conditions)
    eachLeaf(c, leaf => {
      if (leaf.kind === 'score') add(leaf.of, Object.values(leaf.range))
      if (leaf.kind === 'grid' && model.grid)
        add(
          model.grid.of,
          model.grid.score.map(b => b.atLeast),
        )
    })
  return bounds
}

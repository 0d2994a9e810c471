import type { Lead } from '@hotlead/contracts'
import { hoursOf } from '../facts/hours.ts'
import { MAIN, type Millis, type Model, type Value } from '../model.ts'
import { factsOf } from '../score/awards.ts'
import { HOUR } from '../score/decay.ts'
import { attributeOf, fitOf } from '../score/fit.ts'
import { cellOf } from '../score/grid.ts'
import { scoreBy } from '../score/score.ts'
import { holds } from './conditions.ts'

/** Where a lead stands, and what dwell and cool-down need of its past. */
export interface TierState {
  tier: string
  since: Millis
  left: readonly { tier: string; at: Millis }[]
}

/** A lead at a time and in a tier; each score is worked out once, however many conditions ask for it. */
export class Situation {
  readonly model: Model
  readonly lead: Lead
  readonly t: Millis
  readonly state: TierState
  #scores = new Map<string, number>()
  #fit: number | undefined
  #phase: string | undefined

  constructor(model: Model, lead: Lead, t: Millis, state: TierState) {
    this.model = model
    this.lead = lead
    this.t = t
    this.state = state
  }

  /** The lead as if it came into a tier now: what it did before is not since then. */
  cameInto(tier: string): Situation {
    const s = new Situation(this.model, this.lead, this.t, { ...this.state, tier, since: this.t })
    s.#scores = this.#scores
    s.#fit = this.#fit
    return s
  }

  /** Points of a score; 0 where the model has none of that name. */
  score(name: string = MAIN): number {
    let points = this.#scores.get(name)
    if (points === undefined) {
      const score = this.model.scores.find(s => s.name === name)
      points = score ? scoreBy(score, this.lead, this.t).millipoints / 1000 : 0
      this.#scores.set(name, points)
    }
    return points
  }

  get fit(): number {
    this.#fit ??= this.model.fit ? fitOf(this.model.fit, this.lead).millipoints / 1000 : 0
    return this.#fit
  }

  /** Such as `A1`; empty where the model has no grid. */
  get cell(): string {
    const { grid } = this.model
    return grid ? cellOf(grid, this.fit, this.score(grid.of)) : ''
  }

  /** The highest phase whose condition holds; empty where the model has none. */
  get phase(): string {
    this.#phase ??= this.model.phases.findLast(p => p.when === undefined || holds(p.when, this))?.name ?? ''
    return this.#phase
  }

  /** Units within a time, by whole hours; of all time where there is no `within`. */
  count(signal: string, within: Millis | undefined, perUnit: number): number {
    const facts = factsOf(this.lead, signal)
    if (!facts) return 0
    let n = within === undefined ? facts.older : 0
    for (const b of hoursOf(facts))
      if (within === undefined || this.t - (b.hour + 1) * HOUR < within) n += b.count
    return n / perUnit
  }

  lastOf(signal: string): Millis | undefined {
    return factsOf(this.lead, signal)?.last
  }

  attribute(name: string): Value | undefined {
    return attributeOf(this.lead, name)
  }
}

import type { Condition, Contribution, Lead, Transition } from '@hotlead/contracts'
import type { Millis, TierState } from '@hotlead/model'

/** A move that sales is told of, and why it came to that. */
export interface Alert {
  at: Millis
  tier: string
  cause: Transition['cause']
  millipoints: number
  contributions: Contribution[]
  conditions: Condition[]
}

/** A lead as one model has it at a time. */
export interface Facts {
  lead: Lead
  state: TierState
}

/** A course up to its end. */
export type CourseEnd = Pick<Course, 'key' | 'email' | 'alerts' | 'inside' | 'apart' | 'parted'>

/**
 * How one lead went by one or two models: what sales is told, and how long it was in a tier that is announced. Some
 * 1 kB an alert, and its facts (0.5 to 5 kB, by each model) from where the two first differ.
 */
export class Course {
  readonly key: string
  email: string | undefined
  /** By model. */
  readonly alerts: Alert[][]
  /** ms since `from` in a tier that is announced, by model. */
  readonly inside: Millis[]
  /** ms since `from` in which one model had it in such a tier and the other had not. */
  apart: Millis = 0
  /** Since when that is so for the first time after `from`, or was so at `from`; and what each model knew. */
  parted: { at: Millis; facts: Facts[] } | undefined
  readonly #from: Millis
  readonly #isInside: boolean[]
  #at: Millis

  /** @param from what happened before it is history: it says where the lead stands, and is not counted */
  constructor(key: string, models: number, from: Millis) {
    this.key = key
    this.alerts = Array.from({ length: models }, () => [])
    this.inside = this.alerts.map(() => 0)
    this.#isInside = this.alerts.map(() => false)
    this.#from = from
    this.#at = from
  }

  /** Of one model alone: whether it has the lead in such a tier. */
  get isApart(): boolean {
    const [first, second = false] = this.#isInside
    return first !== second
  }

  /**
   * Moves that happen at one time. Times must not fall.
   * @param isInside by model; undefined of one that does not move
   * @param facts asked for where the models part
   */
  move(at: Millis, isInside: readonly (boolean | undefined)[], facts: () => Facts[]): void {
    this.passes(at)
    const wasApart = this.isApart
    for (const [m, is] of isInside.entries()) if (is !== undefined) this.#isInside[m] = is
    if (this.isApart && !wasApart) this.parted ??= { at, facts: facts() }
    // Together again before anything counts: as if nothing had been.
    if (!this.isApart && at <= this.#from) this.parted = undefined
  }

  /** Nothing happens up to a time. */
  passes(to: Millis): void {
    const length = to - this.#at
    if (length <= 0) return
    this.#at = to
    for (const [m, is] of this.#isInside.entries())
      if (is) this.inside[m] = (this.inside[m] as number) + length
    if (this.isApart) this.apart += length
  }
}

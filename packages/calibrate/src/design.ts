import type { Millis } from '@hotlead/model'

/**
 * What calibration is given: candidate rules and what each lead was worth to them. Nothing here knows of Kafka or of
 * leads; `termsOf` and `valueFor` make these from a model and leads.
 */
export type Term = CountTerm | AttributeTerm

/** A rule of the score: what a lead did. */
export interface CountTerm {
  kind: 'count'
  signal: string
  /** What the rule is called, where it is not as its signal. */
  name?: string
  /** `points`: so many a match; `brackets`: steps at counts that the data suggest. */
  shape: 'points' | 'brackets'
  /** Written into the rule as they are, and already applied in the values: `{ decay: { halfLife: '7d' } }`, a cap. */
  settings?: Readonly<Record<string, unknown>>
  /** After “who”, for the comments: “opened the pricing page”. Else the signal's name is used. */
  deed?: string
}

/** A rule of the fit: who a lead is. */
export interface AttributeTerm {
  kind: 'attribute'
  attribute: string
  /** `table`: points for each value; `brackets`: steps of a number. */
  shape: 'table' | 'brackets'
}

/**
 * Counted matches, from the latest on: of the first `count` the last is worth `weight` of itself, by decay. Counts
 * rise, weights are from 0 to 1 and fall. A match that a cap leaves out is not in it.
 */
export type Ladder = readonly { count: number; weight: number }[]

/** A count without decay may be given as its number. */
export type Counted = number | Ladder

/** Undefined: not known of this lead. */
export type Attribute = string | number | boolean | undefined

/** One lead at one outcome. */
export interface Sample {
  /** True where it came to what is wanted: an opportunity, a sale. */
  outcome: boolean
  /** When that came out. */
  at: Millis
  /**
   * Every fact in `values` happened before this time, which is at most `at`: what a lead does after it was won says
   * nothing about whether it will be. Facts are kept by the hour, so a caller either replays the log up to here or
   * takes this time at the start of an hour.
   */
  factsUntil: Millis
  /** In the order of the terms: `Counted` for a count, `Attribute` for an attribute. */
  values: readonly (Counted | Attribute)[]
}

export function nameOf(term: Term): string {
  return term.kind === 'count' ? (term.name ?? term.signal) : term.attribute
}

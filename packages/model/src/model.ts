import type { Event } from '@hotlead/contracts'

/** Milliseconds since 1970, or a length of time in milliseconds. */
export type Millis = number

/** How points fade with age, from 1 to 0. Lengths are at most 366 days. */
export type Decay =
  | { kind: 'none' }
  | { kind: 'halfLife'; length: Millis }
  | { kind: 'window'; length: Millis }
  | { kind: 'linear'; length: Millis }
  | { kind: 'steps'; steps: { within: Millis; weight: number }[] }

export interface Rule {
  signal: string
  points: number
  perDay: number | undefined
  total: number | undefined
  decay: Decay
}

/** A number comparison: all bounds that are set must hold. */
export interface Range {
  atLeast?: number | undefined
  atMost?: number | undefined
  above?: number | undefined
  below?: number | undefined
}

export type Value = string | number | boolean
/** A test of one value. */
export interface Test {
  equals?: Value | undefined
  in?: Value[] | undefined
  notIn?: Value[] | undefined
  contains?: string | undefined
  startsWith?: string | undefined
  endsWith?: string | undefined
  exists?: boolean | undefined
  range?: Range | undefined
}

export type Condition =
  | { kind: 'all'; of: Condition[] }
  | { kind: 'any'; of: Condition[] }
  | { kind: 'not'; of: Condition }
  | { kind: 'score'; range: Range }
  | { kind: 'count'; signal: string; within: Millis | undefined; range: Range }
  | { kind: 'recency'; signal: string; within: Millis }
  | { kind: 'attribute'; name: string; test: Test }

export interface Tier {
  name: string
  /** Undefined for the lowest tier, which every lead is in at first. */
  enter: Condition | undefined
  exit: Condition | undefined
  announce: boolean
  /** Shortest stay before it may fall. */
  dwell: Millis
  /** After leaving, the shortest time before it is entered again. */
  coolDown: Millis
}

export interface Signal {
  name: string
  matches: (event: Event) => boolean
}

/** A scoring model, ready to be used. The same text gives the same version. */
export interface Model {
  name: string
  /** First 12 hex digits of SHA-256 over the canonical content. */
  version: string
  signals: Signal[]
  rules: Rule[]
  /** From the lowest to the highest. */
  tiers: Tier[]
  /** Per signal, how far back any decay or window of the model can see: at most 366 days. */
  reach: ReadonlyMap<string, Millis>
  /** Signals whose ageing can lift a lead: their points are negative and fade, or a condition wants few of them. */
  rising: ReadonlySet<string>
  /** Time alone can lift any lead: some condition wants a low score. */
  alwaysRising: boolean
}

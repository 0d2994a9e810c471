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

/** How many matches (or, of a sum, how much of it), or how many points, count in each period of so many hours. */
export interface Cap {
  /** Periods lie one after another from Monday, 5 January 1970, 0:00 UTC; Infinity is all time. */
  hours: number
  most: number
  of: 'matches' | 'points'
}

/** From so many counted matches on, all of them together are worth so many points. */
export interface Bracket {
  from: number
  points: number
}

/** What a rule counts, and what it is worth: one count of facts, or one for each row of a table. */
export interface Term {
  /** Under which name the lead's facts have it. */
  facts: string
  /** Of a table: which row, for people. */
  row: string | undefined
  /** Points for each, where the rule has no brackets. */
  points: number
}

export interface Rule {
  name: string
  signal: string
  terms: Term[]
  /** Ascending by `from`; points grow away from 0. */
  brackets: Bracket[] | undefined
  /** How many that the facts count make one unit: 1, or of a sum, which is kept in thousandths, 1000. */
  perUnit: number
  caps: Cap[]
  decay: Decay
  /** Of what is left after fading. */
  limit: Range | undefined
  group: string | undefined
}

/** Points from what a lead does. */
export interface ScoreDefinition {
  name: string
  rules: Rule[]
  groups: { name: string; limit: Range }[]
  limit: Range | undefined
}

/** A number comparison: all bounds that are set must hold. */
export interface Range {
  atLeast?: number | undefined
  atMost?: number | undefined
  above?: number | undefined
  below?: number | undefined
}

export type Value = string | number | boolean

/** A test of one value: all that is set must hold. */
export interface Test {
  equals?: Value | undefined
  in?: Value[] | undefined
  notIn?: Value[] | undefined
  contains?: string | undefined
  startsWith?: string | undefined
  endsWith?: string | undefined
  matches?: { source: string; test: (text: string) => boolean } | undefined
  /** Lower-cased domains; the value is an e-mail address or a host of one of them or below it. */
  domain?: ReadonlySet<string> | undefined
  exists?: boolean | undefined
  range?: Range | undefined
  /** ms since 1970; the value is a date in ISO 8601. */
  before?: Millis | undefined
  after?: Millis | undefined
}

/** Points from what a lead is. `unknown` is where the attribute has no value, which is no answer, not a no. */
export interface FitRule {
  name: string
  attribute: string
  /** The first row that holds gives its points. */
  rows: { test: Test; words: string; points: number }[]
  otherwise: number
  unknown: number
}

export interface Fit {
  rules: FitRule[]
  limit: Range | undefined
}

/** Bands from the best to the worst; the last has no bound. */
export interface Grid {
  /** Which score its columns are of. */
  of: string
  fit: { name: string; atLeast: number }[]
  score: { name: string; atLeast: number }[]
}

export interface Phase {
  name: string
  /** Undefined for the lowest, which every lead is in at first. */
  when: Condition | undefined
}

export type Condition =
  | { kind: 'all'; of: Condition[] }
  | { kind: 'any'; of: Condition[] }
  | { kind: 'not'; of: Condition }
  | { kind: 'atLeast'; least: number; of: Condition[] }
  | { kind: 'segment'; name: string; of: Condition }
  | Leaf

export type Leaf =
  | { kind: 'score'; of: string; range: Range }
  | { kind: 'fit'; range: Range }
  | { kind: 'grid'; cells: string[] }
  | { kind: 'phase'; names: string[] }
  | { kind: 'count'; signal: string; perUnit: number; within: Millis | undefined; range: Range }
  | { kind: 'recency'; signal: string; within: Millis }
  /** A match after the lead came into the tier that it is in. */
  | { kind: 'sinceTier'; signal: string }
  | { kind: 'attribute'; name: string; test: Test }
  | { kind: 'consent'; name: string }
  | { kind: 'tier'; names: string[] }

export interface Tier {
  name: string
  /** Undefined for the lowest tier, which every lead is in at first. */
  enter: Condition | undefined
  exit: Condition | undefined
  /** Whether a rise into it is told to sales: each, the first only, or again only so long after it was left. */
  announce: 'never' | 'always' | 'once' | { again: Millis }
  /** Shortest stay before it may fall. */
  dwell: Millis
  /** After leaving, the shortest time before it is entered again. */
  coolDown: Millis
}

/** What one event adds to a count of facts. */
export interface Match {
  /** Name of the facts. */
  name: string
  /** Whole number: 1, or of a sum the thousandths of its value. */
  amount: number
  /** Of a distinct count: 32-bit hash of the value. */
  value?: number
  /** Of visits: the silence after which another visit begins. */
  gap?: Millis
}

export interface Signal {
  name: string
  /** How many of its facts make one unit: 1, or of a sum 1000. */
  perUnit: number
  /** What the event adds to the facts, one for the signal and one for each table row that it falls in; else nothing. */
  matches: (event: Event) => readonly Match[]
}

/** Who is never above the lowest tier. */
export interface Suppression {
  name: string
  when: Condition
}

/** A scoring model, ready to be used. The same content gives the same version. */
export interface Model {
  name: string
  /** First 12 hex digits of SHA-256 over the canonical content. */
  version: string
  signals: Signal[]
  /** The main score first, whose name is `MAIN`. */
  scores: [ScoreDefinition, ...ScoreDefinition[]]
  fit: Fit | undefined
  grid: Grid | undefined
  /** From the lowest to the highest; empty where the model has none. */
  phases: Phase[]
  segments: ReadonlyMap<string, Condition>
  suppress: Suppression[]
  /** From the lowest to the highest. */
  tiers: Tier[]
  /** Per name of facts that the model reads, how far back any decay or window of it can see: at most 366 days. */
  reach: ReadonlyMap<string, Millis>
  /** Facts whose ageing can lift a lead: their points are negative and fade, or a condition wants few of them. */
  rising: ReadonlySet<string>
  /** Time alone can lift any lead: some condition wants a low score. */
  alwaysRising: boolean
}

/** Name of the score that the model's own `rules` are. */
export const MAIN = 'score'

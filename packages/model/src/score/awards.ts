import type { Bucket, Lead, SignalFacts } from '@hotlead/contracts'
import { hoursOf } from '../facts/hours.ts'
import { whole } from '../facts/unsettled.ts'
import type { Bracket, Cap, Rule, Term } from '../model.ts'

/** What a rule gives for one hour, before it fades. */
export interface Award {
  /** Hours since 1970; −Infinity for what the facts no longer know the hour of. */
  hour: number
  points: number
}

/** All that a lead counts of one signal by now. */
export function factsOf(lead: Lead, name: string): SignalFacts | undefined {
  const { signals } = whole(lead)
  for (let i = 0; i < signals.length; i++) if (signals[i]?.name === name) return signals[i]
  return undefined
}

/**
 * What a rule gives for a lead, hour by hour, after its caps and before fading: a function of the facts alone, the latest
 * hour first. Counting from the latest back, something more never lowers a score of points above 0: of ten views in the
 * morning and ten at night with a cap of ten a day, the night's count.
 *
 * Called for every rule of every snapshot: it allocates nothing for an hour (objects for each cost three times as much).
 */
export function eachAward(rule: Rule, lead: Lead, visit: (hour: number, points: number) => void): void {
  if (rule.terms.length > 1) {
    eachOfTable(rule, lead, visit)
    return
  }
  const first = rule.terms[0] as Term
  const facts = factsOf(lead, first.facts)
  if (!facts) return
  const hours = hoursOf(facts)
  const meter = meterOf(rule)
  for (let i = hours.length - 1; i >= 0; i--) {
    const { hour, count } = hours[i] as Bucket
    award(rule, hour, count, first.points, meter, visit)
  }
  if (rule.decay.kind === 'none' && facts.older > 0)
    award(rule, Number.NEGATIVE_INFINITY, facts.older, first.points, meter, visit)
}

function eachOfTable(rule: Rule, lead: Lead, visit: (hour: number, points: number) => void): void {
  const entries = entriesOf(rule, lead)
  const meter = meterOf(rule)
  for (const { hour, amount, each } of entries) award(rule, hour, amount, each, meter, visit)
}

/** @param amount as the facts count: matches, or thousandths of a sum */
function award(
  rule: Rule,
  hour: number,
  amount: number,
  each: number,
  meter: Meter | undefined,
  visit: (hour: number, points: number) => void,
): void {
  const points = meter ? meter.award(hour, amount, each) : (amount / rule.perUnit) * each
  if (points !== 0) visit(hour, points)
}

/** All of `eachAward`, the latest hour first. */
export function awardsOf(rule: Rule, lead: Lead): readonly Award[] {
  const facts = rule.terms.length === 1 ? factsOf(lead, (rule.terms[0] as Term).facts) : undefined
  if (!facts && rule.terms.length === 1) return NONE
  const last = facts && latest.get(rule)
  if (last && last.facts === facts) return last.awards
  const awards: Award[] = []
  eachAward(rule, lead, (hour, points) => awards.push({ hour, points }))
  if (facts) latest.set(rule, { facts, awards })
  return awards
}

/** Most leads have facts for few rules. */
const NONE: readonly Award[] = []

/**
 * Of each rule, what was asked for last: a lead that something happens to is looked at two or three times in a row, and
 * facts never change: an event makes new ones, and only of the signals that it matches.
 */
const latest = new WeakMap<Rule, { facts: SignalFacts; awards: readonly Award[] }>()

/** One hour's count of one term of a table. */
interface Entry {
  hour: number
  /** As the facts count: matches, or thousandths of a sum. Whole, so that adding them up is exact. */
  amount: number
  each: number
}

/**
 * The latest hour first, and within an hour what is worth most: a cap leaves out the oldest, then the least. Where nothing
 * fades there is no oldest, only the least: the hours may be forgotten.
 */
function entriesOf(rule: Rule, lead: Lead): Entry[] {
  const entries: Entry[] = []
  const endless = rule.decay.kind === 'none'
  for (const { facts: name, points: each } of rule.terms) {
    const facts = factsOf(lead, name)
    if (!facts) continue
    for (const { hour, count } of hoursOf(facts)) entries.push({ hour, amount: count, each })
    if (endless && facts.older > 0)
      entries.push({ hour: Number.NEGATIVE_INFINITY, amount: facts.older, each })
  }
  return entries.sort((a, b) => (endless ? 0 : later(a, b)) || b.each - a.each)
}

function later(a: Entry, b: Entry): number {
  return a.hour === b.hour ? 0 : b.hour - a.hour
}

/**
 * Counts against a rule's caps and brackets, from the latest hour back. One for all, begun anew for each rule: arrays for
 * every rule of every snapshot were a third of the time that a score takes.
 */
class Meter {
  #rule: Rule | undefined
  /** Per cap: the period that is counted in, and what is left of it. A rule has at most four. */
  readonly #period = new Float64Array(4)
  readonly #left = new Float64Array(4)
  #counted = 0

  begin(rule: Rule): this {
    this.#rule = rule
    for (let i = 0; i < rule.caps.length; i++) this.#period[i] = Number.NaN
    this.#counted = 0
    return this
  }

  award(hour: number, amount: number, each: number): number {
    const { brackets, caps, perUnit } = this.#rule as Rule
    let counted = this.#leftOf(caps, 'matches', perUnit, hour, amount)
    const before = this.#counted
    this.#counted += counted
    const full = brackets
      ? worth(brackets, this.#counted / perUnit) - worth(brackets, before / perUnit)
      : (counted / perUnit) * each
    const size = this.#leftOf(caps, 'points', 1, hour, Math.abs(full))
    // What gives no points, for they are spent or it is worth none, takes nobody's place among the matches.
    if (!brackets && size < Math.abs(full)) counted = (size / Math.abs(each)) * perUnit
    else if (!brackets && each === 0) counted = 0
    this.#take(caps, 'matches', counted)
    this.#take(caps, 'points', size)
    return full < 0 ? -size : size
  }

  /** What the caps of a kind leave of an amount. */
  #leftOf(caps: readonly Cap[], of: Cap['of'], perUnit: number, hour: number, wanted: number): number {
    let amount = wanted
    for (let i = 0; i < caps.length; i++) {
      const cap = caps[i] as Cap
      if (cap.of !== of) continue
      const period =
        cap.hours === Number.POSITIVE_INFINITY ? 0 : Math.floor((hour - FIRST_MONDAY) / cap.hours)
      if (period !== this.#period[i]) {
        this.#period[i] = period
        this.#left[i] = cap.most * perUnit
      }
      amount = Math.min(amount, this.#left[i] as number)
    }
    return amount
  }

  #take(caps: readonly Cap[], of: Cap['of'], amount: number): void {
    for (let i = 0; i < caps.length; i++)
      if (caps[i]?.of === of) this.#left[i] = (this.#left[i] as number) - amount
  }
}

const meter = new Meter()

function meterOf(rule: Rule): Meter | undefined {
  return rule.caps.length > 0 || rule.brackets ? meter.begin(rule) : undefined
}

/** Periods begin with a Monday, so that 7 days are a week: 5 January 1970, in hours since 1970. */
const FIRST_MONDAY = 4 * 24

/** What all counted units together are worth: the points of the highest bracket that they reach. */
function worth(brackets: readonly Bracket[], units: number): number {
  let points = 0
  for (const b of brackets) if (units >= b.from) points = b.points
  return points
}

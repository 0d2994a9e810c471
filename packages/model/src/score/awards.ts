import type { Lead, SignalFacts } from '@hotlead/contracts'
import { hoursOf } from '../facts/hours.ts'
import type { Bracket, Cap, Rule } from '../model.ts'

/** What a rule gives for one hour, before it fades. */
export interface Award {
  /** Hours since 1970; −Infinity for what the facts no longer know the hour of. */
  hour: number
  points: number
}

export function factsOf(lead: Lead, name: string): SignalFacts | undefined {
  return lead.signals.find(s => s.name === name)
}

/** One hour's count of one term. */
interface Entry {
  hour: number
  /** Units: matches, or of a sum its value. */
  amount: number
  each: number
}

/**
 * What a rule gives for a lead, by the hour, after its caps and before fading: a function of the facts alone, the latest
 * hour first. Counting from the latest back, something more never lowers a score of points above 0: of ten views in the
 * morning and ten at night with a cap of ten a day, the night's count.
 */
export function awardsOf(rule: Rule, lead: Lead): readonly Award[] {
  const [term, ...more] = rule.terms
  if (!term || more.length > 0) return awardsFrom(rule, entriesOf(rule, lead))
  const facts = factsOf(lead, term.facts)
  if (!facts) return NONE
  const last = latest.get(rule)
  if (last?.facts === facts) return last.awards
  const awards = awardsFrom(rule, entriesOf(rule, lead))
  latest.set(rule, { facts, awards })
  return awards
}

/**
 * Of each rule, what was asked for last: a lead that something happens to is looked at two or three times in a row, and
 * facts never change: an event makes new ones, and only of the signals that it matches.
 */
const latest = new WeakMap<Rule, { facts: SignalFacts; awards: readonly Award[] }>()

function awardsFrom(rule: Rule, entries: readonly Entry[]): readonly Award[] {
  if (entries.length === 0) return NONE
  if (rule.caps.length === 0 && !rule.brackets)
    return entries.map(({ hour, amount, each }) => ({ hour, points: amount * each }))
  const matchCaps = rule.caps.filter(c => c.of === 'matches').map(c => new Budget(c))
  const pointCaps = rule.caps.filter(c => c.of === 'points').map(c => new Budget(c))
  const awards: Award[] = []
  let before = 0
  for (const { hour, amount, each } of entries) {
    const counted = spend(matchCaps, hour, amount)
    if (counted === 0) continue
    const full = rule.brackets
      ? worth(rule.brackets, before + counted) - worth(rule.brackets, before)
      : counted * each
    before += counted
    const size = spend(pointCaps, hour, Math.abs(full))
    if (size !== 0) awards.push({ hour, points: full < 0 ? -size : size })
  }
  return awards
}

/** Most leads have facts for few rules. */
const NONE: readonly Award[] = []

/** The latest hour first, and within an hour what is worth most: a cap leaves out the oldest, then the least. */
function entriesOf(rule: Rule, lead: Lead): Entry[] {
  const entries: Entry[] = []
  const endless = rule.decay.kind === 'none'
  for (const term of rule.terms) {
    const facts = factsOf(lead, term.facts)
    if (!facts) continue
    const hours = hoursOf(facts)
    for (let i = hours.length - 1; i >= 0; i--) {
      const { hour, count } = hours[i] as { hour: number; count: number }
      entries.push({ hour, amount: count * rule.unit, each: term.points })
    }
    if (endless && facts.older > 0)
      entries.push({ hour: Number.NEGATIVE_INFINITY, amount: facts.older * rule.unit, each: term.points })
  }
  return rule.terms.length === 1 ? entries : entries.sort((a, b) => later(a, b) || b.each - a.each)
}

function later(a: Entry, b: Entry): number {
  return a.hour === b.hour ? 0 : b.hour - a.hour
}

/** What all counted units together are worth: the points of the highest bracket that they reach. */
function worth(brackets: readonly Bracket[], units: number): number {
  let points = 0
  for (const b of brackets) if (units >= b.from) points = b.points
  return points
}

function spend(budgets: readonly Budget[], hour: number, wanted: number): number {
  let amount = wanted
  for (const b of budgets) amount = Math.min(amount, b.left(hour))
  for (const b of budgets) b.take(amount)
  return amount
}

/** What a cap leaves of the period that an hour lies in. Hours come from the latest back. */
class Budget {
  readonly #cap: Cap
  #period = Number.NaN
  #left = 0

  constructor(cap: Cap) {
    this.#cap = cap
  }

  left(hour: number): number {
    const { hours, most } = this.#cap
    const period = hours === Number.POSITIVE_INFINITY ? 0 : Math.floor((hour - FIRST_MONDAY) / hours)
    if (period !== this.#period) {
      this.#period = period
      this.#left = most
    }
    return this.#left
  }

  take(amount: number): void {
    this.#left -= amount
  }
}

/** Periods begin with a Monday, so that 7 days are a week: 5 January 1970, in hours since 1970. */
const FIRST_MONDAY = 4 * 24

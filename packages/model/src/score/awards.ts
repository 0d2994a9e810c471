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
  /** As the facts count: matches, or thousandths of a sum. Whole, so that adding them up is exact. */
  amount: number
  each: number
}

/**
 * What a rule gives for a lead, by the hour, after its caps and before fading: a function of the facts alone, the latest
 * hour first. Counting from the latest back, something more never lowers a score of points above 0: of ten views in the
 * morning and ten at night with a cap of ten a day, the night's count.
 */
export function awardsOf(rule: Rule, lead: Lead): Award[] {
  const entries = entriesOf(rule, lead)
  if (rule.caps.length === 0 && !rule.brackets)
    return entries.map(({ hour, amount, each }) => ({ hour, points: (amount / rule.perUnit) * each }))
  const matchCaps = rule.caps.filter(c => c.of === 'matches').map(c => new Budget(c, rule.perUnit))
  const pointCaps = rule.caps.filter(c => c.of === 'points').map(c => new Budget(c, 1))
  const awards: Award[] = []
  let before = 0
  for (const { hour, amount, each } of entries) {
    let counted = left(matchCaps, hour, amount)
    const full = rule.brackets
      ? worth(rule.brackets, (before + counted) / rule.perUnit) - worth(rule.brackets, before / rule.perUnit)
      : (counted / rule.perUnit) * each
    before += counted
    const size = left(pointCaps, hour, Math.abs(full))
    // What gives no points, for they are spent or it is worth none, takes nobody's place among the matches.
    if (!rule.brackets && size < Math.abs(full)) counted = (size / Math.abs(each)) * rule.perUnit
    else if (!rule.brackets && each === 0) counted = 0
    for (const cap of matchCaps) cap.take(counted)
    for (const cap of pointCaps) cap.take(size)
    if (size !== 0) awards.push({ hour, points: full < 0 ? -size : size })
  }
  return awards
}

/**
 * The latest hour first, and within an hour what is worth most: a cap leaves out the oldest, then the least. Where nothing
 * fades there is no oldest, only the least: the hours may be forgotten.
 */
function entriesOf(rule: Rule, lead: Lead): Entry[] {
  const entries: Entry[] = []
  const endless = rule.decay.kind === 'none'
  for (const term of rule.terms) {
    const facts = factsOf(lead, term.facts)
    if (!facts) continue
    const hours = hoursOf(facts)
    for (let i = hours.length - 1; i >= 0; i--) {
      const { hour, count } = hours[i] as { hour: number; count: number }
      entries.push({ hour, amount: count, each: term.points })
    }
    if (endless && facts.older > 0)
      entries.push({ hour: Number.NEGATIVE_INFINITY, amount: facts.older, each: term.points })
  }
  if (rule.terms.length === 1) return entries
  return entries.sort((a, b) => (endless ? 0 : later(a, b)) || b.each - a.each)
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

/** What all caps leave of an amount. */
function left(budgets: readonly Budget[], hour: number, wanted: number): number {
  let amount = wanted
  for (const b of budgets) amount = Math.min(amount, b.left(hour))
  return amount
}

/** What a cap leaves of the period that an hour lies in. Hours come from the latest back. */
class Budget {
  readonly #hours: number
  readonly #most: number
  #period = Number.NaN
  #left = 0

  constructor({ hours, most }: Cap, perUnit: number) {
    this.#hours = hours
    this.#most = most * perUnit
  }

  left(hour: number): number {
    const endless = this.#hours === Number.POSITIVE_INFINITY
    const period = endless ? 0 : Math.floor((hour - FIRST_MONDAY) / this.#hours)
    if (period !== this.#period) {
      this.#period = period
      this.#left = this.#most
    }
    return this.#left
  }

  take(amount: number): void {
    this.#left -= amount
  }
}

/** Periods begin with a Monday, so that 7 days are a week: 5 January 1970, in hours since 1970. */
const FIRST_MONDAY = 4 * 24

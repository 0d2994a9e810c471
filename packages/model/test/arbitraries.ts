import type { Lead } from '@hotlead/contracts'
import fc from 'fast-check'
import {
  FOLLOW_UP,
  type Model,
  mergeLeads,
  newLead,
  observe,
  once,
  type Seen,
  signalsOf,
} from '../src/index.ts'
import { DAY, event, HOUR, NOON } from './leads.ts'

/** Something that a lead did: an event of that name, or a follow-up. */
export interface Deed {
  at: number
  id: number
  name: string
  /** For sums, distinct counts and tables. */
  n: number
  sku: number
  plan: string
  attributes: Readonly<Record<string, string | number | boolean>>
}

const value = fc.constantFrom<string | number | boolean>(
  true,
  'true',
  1,
  '1',
  40,
  'ann@mail.rival.com',
  'ann@example.com',
  '2026-01-01',
)
const attributes = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: value.map(x => ({ x })) },
  { weight: 1, arbitrary: value.map(y => ({ y })) },
  { weight: 1, arbitrary: fc.boolean().map(given => ({ 'consent.mail': given })) },
)

/** A deed within `hours` before noon. @param skus of so many products */
export function deed(hours: number, skus = 9): fc.Arbitrary<Deed> {
  return fc.record({
    at: fc.integer({ min: NOON - hours * HOUR, max: NOON }),
    id: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    name: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'c', FOLLOW_UP),
    n: fc.integer({ min: -1, max: 90 }).map(n => n / 8),
    sku: fc.nat(skus - 1),
    plan: fc.constantFrom('x', 'Y', 'z', ''),
    attributes,
  })
}

export function deeds(hours: number, maxLength = 30, skus?: number): fc.Arbitrary<Deed[]> {
  return fc.uniqueArray(deed(hours, skus), { maxLength, selector: d => d.id })
}

/** What a deed adds to a lead under a model. */
export function seenAs(model: Model, d: Deed): Seen {
  const { at, id, name, n, sku, plan, attributes } = d
  const signals =
    name === FOLLOW_UP
      ? [once(FOLLOW_UP)]
      : signalsOf(model, event({ id: `e${id}`, name, at, properties: { n, sku, plan } }))
  return { at, id, signals, what: name, attributes }
}

/** The lead of deeds in their order. Pruned as of `clock`, where there is one. */
export function leadOf(model: Model, list: readonly Deed[], clock?: number): Lead {
  return list.reduce(
    (lead, d) => observe(clock === undefined ? undefined : model, lead, seenAs(model, d), clock ?? d.at),
    newLead(),
  )
}

/** Deeds dealt out to three leads by a stream of numbers, and these merged. */
export function mergedOf(model: Model, list: readonly Deed[], keys: Iterator<number>, clock?: number): Lead {
  const parts: Deed[][] = [[], [], []]
  for (const d of list) (parts[(keys.next().value as number) % 3] as Deed[]).push(d)
  const [a, b, c] = parts.map(part => leadOf(model, part, clock)) as [Lead, Lead, Lead]
  return mergeLeads(mergeLeads(b, c), a)
}

/** The same, in another order. */
export function shuffled<T>(list: readonly T[], keys: Iterator<number>): T[] {
  return list
    .map(item => [item, keys.next().value as number] as const)
    .sort((a, b) => a[1] - b[1])
    .map(([item]) => item)
}

export const keys = fc.infiniteStream(fc.nat())

/** Lengths of time of a model, short (minutes to hours) or long (hours to a year). */
export type Scale = 'short' | 'long'
export const LENGTHS = {
  short: { '5m': HOUR / 12, '40m': HOUR / 1.5, '1h': HOUR, '100m': HOUR / 0.6, '3h': 3 * HOUR },
  long: { '6h': 6 * HOUR, '1d': DAY, '36h': 1.5 * DAY, '7d': 7 * DAY, '30d': 30 * DAY, '366d': 366 * DAY },
}

export function length(scale: Scale): fc.Arbitrary<string> {
  return fc.constantFrom(...Object.keys(LENGTHS[scale]))
}

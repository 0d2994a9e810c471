import type { Attribute, Lead, Recent, SignalFacts, VisitorMark } from '@hotlead/contracts'
import { HOUR } from './decay.ts'
import type { Millis, Model } from './model.ts'

/** Signal that every workspace has: a recorded follow-up. */
export const FOLLOW_UP = 'follow-up'

/** Ids that tell a repeat: the latest 32 activities within a day before the latest of all (G3). */
const MAX_RECENT = 32
const RECENT_AGE: Millis = 24 * HOUR
/** Activities that keep their line for the timeline, at any age: what a person reads before calling. */
export const TIMELINE = 10
const MAX_ATTRIBUTES = 50
const MAX_ATTRIBUTE_NAME = 64
const MAX_ATTRIBUTE_VALUE = 256
/** So many are kept at any age; none is forgotten within VISITOR_AGE; never more than MAX_VISITORS (about 60 kB). */
const MIN_VISITORS = 32
const VISITOR_AGE: Millis = 7 * 24 * HOUR
const MAX_VISITORS = 1_000

/** What an event adds to a lead. */
export interface Seen {
  at: Millis
  /** Names of the signals it matches. */
  signals: readonly string[]
  /** 53-bit hash of the event's id. */
  id: number
  /** One line for the timeline. */
  what: string
  attributes?: Readonly<Record<string, string | number | boolean>> | undefined
}

export function newLead(): Lead {
  return { first: 0, last: 0, signals: [], attributes: [], recent: [], visitors: [], alias: null }
}

/** Whether an event of this id is among those that the lead remembers: the latest 32 of a day, and the latest 10. */
export function isRepeat(lead: Lead, id: number): boolean {
  return lead.recent.some(r => r.id === id)
}

/**
 * The lead after an event. Never changes its argument. Counters, latest values and the latest activities do not
 * depend on the order of events, so late ones give the same lead; what the model no longer reaches at `clock` moves
 * from its hour into one number. Bounds: 50 attributes, 32 activities (10 with their line), and per signal one bucket an hour within reach.
 */
export function observe(model: Model | undefined, lead: Lead, seen: Seen, clock: Millis): Lead {
  let { signals } = lead
  for (const name of seen.signals) signals = counted(signals, name, seen.at)
  return {
    ...lead,
    first: lead.first === 0 ? seen.at : Math.min(lead.first, seen.at),
    last: Math.max(lead.last, seen.at),
    signals: model ? pruned(model, signals, clock) : signals,
    attributes: seen.attributes ? withAttributes(lead.attributes, seen.attributes, seen.at) : lead.attributes,
    recent: withRecent(lead.recent, { id: seen.id, at: seen.at, what: seen.what }),
  }
}

/** The union of two leads: counts added, latest values, latest activities. Commutes but for alias, which is a's. */
export function mergeLeads(a: Lead, b: Lead): Lead {
  const seen = new Map([...b.recent, ...a.recent].map(r => [r.id, r]))
  return {
    first: a.first === 0 || b.first === 0 ? a.first + b.first : Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    signals: mergeSorted(a.signals, b.signals, s => s.name, addSignals),
    attributes: bounded(mergeSorted(a.attributes, b.attributes, s => s.name, later)),
    recent: remembered([...seen.values()].sort(byTime)),
    visitors: mergeVisitors(a.visitors, b.visitors),
    alias: a.alias,
  }
}

function counted(signals: SignalFacts[], name: string, at: Millis): SignalFacts[] {
  const i = lowerBound(signals, s => s.name < name)
  const copy = signals.slice()
  const found = signals[i]
  if (found?.name !== name) {
    copy.splice(i, 0, { name, last: at, older: 0, buckets: [{ hour: Math.floor(at / HOUR), count: 1 }] })
    return copy
  }
  const hour = Math.floor(at / HOUR)
  const j = lowerBound(found.buckets, b => b.hour < hour)
  const buckets = found.buckets.slice()
  const bucket = buckets[j]
  if (bucket?.hour === hour) buckets[j] = { hour, count: bucket.count + 1 }
  else buckets.splice(j, 0, { hour, count: 1 })
  copy[i] = { name, last: Math.max(found.last, at), older: found.older, buckets }
  return copy
}

/** Buckets that nothing in the model sees any more become `older`: a whole hour, once all of it is out of reach. */
function pruned(model: Model, signals: SignalFacts[], clock: Millis): SignalFacts[] {
  let copy: SignalFacts[] | undefined
  for (let i = 0; i < signals.length; i++) {
    const s = signals[i] as SignalFacts
    const oldest = s.buckets[0]
    const reach = model.reach.get(s.name) ?? 0
    if (!oldest || clock - (oldest.hour + 1) * HOUR < reach) continue
    const keep = lowerBound(s.buckets, b => clock - (b.hour + 1) * HOUR >= reach)
    let older = s.older
    for (let j = 0; j < keep; j++) older += (s.buckets[j] as { count: number }).count
    copy ??= signals.slice()
    copy[i] = { ...s, older, buckets: s.buckets.slice(keep) }
  }
  return copy ?? signals
}

function addSignals(a: SignalFacts, b: SignalFacts): SignalFacts {
  const buckets = mergeSorted(
    a.buckets,
    b.buckets,
    x => x.hour,
    (x, y) => ({ hour: x.hour, count: x.count + y.count }),
  )
  return { name: a.name, last: Math.max(a.last, b.last), older: a.older + b.older, buckets }
}

function withAttributes(
  attributes: Attribute[],
  given: Readonly<Record<string, string | number | boolean>>,
  at: Millis,
): Attribute[] {
  const fresh = Object.entries(given)
    .filter(([name]) => name.length > 0 && name.length <= MAX_ATTRIBUTE_NAME)
    .map(([name, value]) => ({
      name,
      at,
      value: typeof value === 'string' ? value.slice(0, MAX_ATTRIBUTE_VALUE) : value,
    }))
    .sort((x, y) => (x.name < y.name ? -1 : 1))
  return fresh.length === 0 ? attributes : bounded(mergeSorted(attributes, fresh, x => x.name, later))
}

/** The later value; at the same time the greater text (of true and "true" the text), so that order does not matter. */
function later(a: Attribute, b: Attribute): Attribute {
  if (a.at !== b.at) return a.at > b.at ? a : b
  const [x, y] = [String(a.value), String(b.value)]
  if (x !== y) return x > y ? a : b
  return typeof a.value === 'string' ? a : b
}

function bounded(attributes: Attribute[]): Attribute[] {
  return attributes.length <= MAX_ATTRIBUTES ? attributes : attributes.slice(0, MAX_ATTRIBUTES)
}

function byTime(a: Recent, b: Recent): number {
  return a.at - b.at || a.id - b.id
}

function withRecent(recent: Recent[], fresh: Recent): Recent[] {
  const i = lowerBound(recent, r => byTime(r, fresh) < 0)
  if (recent.length >= MAX_RECENT && i === 0) return recent
  const copy = recent.slice()
  copy.splice(i, 0, fresh)
  return remembered(copy)
}

/**
 * What is kept of activities in order of time. What falls out here would fall out of any later list too, so neither the
 * order of events nor that of merges matters. A line is most of an activity's bytes: beyond the timeline it goes.
 */
function remembered(recent: Recent[]): Recent[] {
  const { length } = recent
  const oldest = (recent.at(-1)?.at ?? 0) - RECENT_AGE
  let start = Math.max(0, length - MAX_RECENT)
  while (start < length - TIMELINE && (recent[start] as Recent).at < oldest) start++
  const kept = start === 0 ? recent : recent.slice(start)
  // To the start: after a merge, a line of the one may stand before what the other has emptied already.
  for (let i = kept.length - TIMELINE - 1; i >= 0; i--)
    if (kept[i]?.what !== '') kept[i] = { ...(kept[i] as Recent), what: '' }
  return kept
}

/**
 * Visitors of two leads, each with its highest source offset. A record that a visitor's partition sent on may come again
 * for as long as a recovery of that partition takes, so a visitor is forgotten by age, and only where there are many.
 */
export function mergeVisitors(a: readonly VisitorMark[], b: readonly VisitorMark[]): VisitorMark[] {
  const highest = new Map<string, VisitorMark>()
  for (const v of [...a, ...b]) {
    const known = highest.get(v.visitor)
    if (known === undefined || known.offset < v.offset) highest.set(v.visitor, v)
  }
  const all = [...highest.values()].sort((x, y) => x.at - y.at || (x.visitor < y.visitor ? -1 : 1))
  if (all.length <= MIN_VISITORS) return all
  const oldest = (all.at(-1) as VisitorMark).at - VISITOR_AGE
  const young = all.findIndex(v => v.at >= oldest)
  return all.slice(Math.max(Math.min(young, all.length - MIN_VISITORS), all.length - MAX_VISITORS))
}

function mergeSorted<T, K extends string | number>(
  a: T[],
  b: T[],
  key: (item: T) => K,
  both: (x: T, y: T) => T,
): T[] {
  const merged: T[] = []
  let i = 0
  let j = 0
  while (i < a.length || j < b.length) {
    const x = a[i]
    const y = b[j]
    if (y === undefined || (x !== undefined && key(x) < key(y))) {
      merged.push(x as T)
      i++
    } else if (x === undefined || key(y) < key(x)) {
      merged.push(y)
      j++
    } else {
      merged.push(both(x, y))
      i++
      j++
    }
  }
  return merged
}

/** Index of the first item for which `below` no longer holds, in a list sorted by it. */
function lowerBound<T>(list: readonly T[], below: (item: T) => boolean): number {
  // Lists are short and the newest entry is nearly always the place: look from the end.
  let i = list.length
  while (i > 0 && !below(list[i - 1] as T)) i--
  return i
}

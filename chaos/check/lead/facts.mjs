/**
 * What is known of one lead, counted anew from the log, the plain way: lists that are searched from the start and sorted
 * whenever something comes in. About 4 kB a lead, however many events it has.
 *
 * { first, last, signals: Map of name → { last, older, hours: [{ hour, count }], values: [{ value, hour }],
 *   visits: { gap, list: [{ from, to }] } or null }, attributes: Map of name → { value, at }, recent: [{ id, at, what }],
 *   visitors: [{ visitor, offset, at }], awaited: [{ id, visitor, counted: [{ name, amount }] }],
 *   unsettled: [{ id, at, act, mail, link, flag, verdict, counted: [{ name, amount, value, gap }] }], alias, pastWith }
 */

import { HOUR } from '../model/decay.mjs'
import { reachOf } from '../model/reach.mjs'
import { addMatch, join } from './counts.mjs'
import { isOpen } from './machines.mjs'
import { asAct, hold, isInDoubt } from './unsettled.mjs'

const DAY = 24 * HOUR

/** The window of G3: the latest 32 activities, of which those beyond the latest 10 count for a day. */
const REMEMBERED = 32
const SHOWN = 10
const MOST_ATTRIBUTES = 50
const FEW_VISITORS = 32
const MOST_VISITORS = 1_000

export function nothingKnown() {
  return {
    first: 0,
    last: 0,
    signals: new Map(),
    attributes: new Map(),
    recent: [],
    visitors: [],
    awaited: [],
    unsettled: [],
    alias: null,
    pastWith: null,
  }
}

/** Whether an id is in the window. */
export function isKnown(facts, id) {
  return facts.recent.some(r => r.id === id)
}

/**
 * One activity more.
 * @param seen { at, adds: [{ name, amount, value, gap }], id, what, attributes, act }; act, of machines.mjs: undefined where
 *   no machine does such things
 * @param model undefined where the workspace has none: then nothing is out of reach
 * @param clock the partition's
 */
export function count(facts, seen, model, clock) {
  facts.first = facts.first === 0 ? seen.at : Math.min(facts.first, seen.at)
  facts.last = Math.max(facts.last, seen.at)
  const isKept = seen.act !== undefined && isOpen({ act: seen.act.act, at: seen.at }, clock)
  if (!isKept || !isInDoubt(seen.act)) for (const match of seen.adds) addMatch(facts.signals, match, seen.at)
  forgetOutOfReach(facts, model, clock)
  for (const [name, value] of Object.entries(seen.attributes ?? {})) {
    if (value === null || name.length === 0 || name.length > 64) continue
    addAttribute(facts, name, {
      value: typeof value === 'string' ? value.slice(0, 256).toWellFormed() : value,
      at: seen.at,
    })
  }
  noteActivity(facts, { id: seen.id, at: seen.at, what: seen.what })
  if (isKept) hold(facts, [asAct(seen)])
}

/** One activity that is known from now on, whatever it counts for. */
export function noteActivity(facts, activity) {
  facts.recent = remember([...facts.recent, activity])
}

/** Adds what another knows, as a merge does: counts add up, of the rest the latest. */
export function add(facts, other) {
  const firsts = [facts.first, other.first].filter(t => t !== 0)
  facts.first = firsts.length === 0 ? 0 : Math.min(...firsts)
  facts.last = Math.max(facts.last, other.last)
  for (const [name, theirs] of other.signals) {
    const ours = facts.signals.get(name)
    facts.signals.set(name, ours ? join(ours, theirs) : theirs)
  }
  for (const [name, attribute] of other.attributes) addAttribute(facts, name, attribute)
  const known = [...facts.recent, ...other.recent]
  const own = new Set(facts.recent.map(r => r.id))
  facts.recent = remember([...facts.recent, ...other.recent.filter(r => !own.has(r.id))])
  const comesTo = side => w => !side.some(v => v.visitor === w.visitor)
  facts.awaited = [
    ...facts.awaited.filter(comesTo(other.visitors)),
    ...other.awaited.filter(comesTo(facts.visitors)),
  ].filter(w => isKnown({ recent: known }, w.id))
  facts.visitors = latestVisitors([...facts.visitors, ...other.visitors])
  hold(facts, other.unsettled)
}

/** Notes up to where the records that a visitor's partition sent on are counted. */
export function note(facts, visitor, offset, clock) {
  facts.visitors = latestVisitors([...facts.visitors, { visitor, offset, at: clock }])
}

/** Whether a lead has so many visitors that those without a past are not listed. */
export function hasManyVisitors(facts) {
  return facts.visitors.length >= FEW_VISITORS
}

/** An activity of a lead that names a visitor whose past has not come: until it comes, what the activity counted is kept. */
export function awaitVisitor(facts, visitor, { id, adds }) {
  if (facts.visitors.some(v => v.visitor === visitor)) return
  const isMachines = facts.unsettled.some(u => u.id === id && u.verdict !== null)
  const counted = (isMachines ? [] : adds)
    .filter(a => a.value === undefined && a.gap === undefined)
    .map(({ name, amount }) => ({ name, amount }))
  facts.awaited = [...facts.awaited.filter(a => isKnown(facts, a.id)), { id, visitor, counted }]
}

export function nothingMoreFrom(facts, visitor) {
  facts.awaited = facts.awaited.filter(a => a.visitor !== visitor)
}

/** Whether what a visitor's partition sent on is counted already: it may send it again. */
export function isCounted(facts, { visitor, offset }) {
  return facts.visitors.some(v => v.visitor === visitor && v.offset >= offset)
}

/** Nothing of it where there is no model, and nothing of what a recount counts beside the present facts. */
export function forgetOutOfReach(facts, model, clock) {
  if (!model) return
  for (const [name, signal] of facts.signals)
    if (!name.startsWith('@')) forgetHours(signal, reachCached(model, name), clock)
}

/** Whole hours that the model no longer looks at become one number. */
function forgetHours(signal, reach, clock) {
  const gone = ({ hour }) => clock - (hour + 1) * HOUR >= reach
  if (!signal.hours.some(gone)) return
  for (const h of signal.hours) if (gone(h)) signal.older += h.count
  signal.hours = signal.hours.filter(h => !gone(h))
}

const reaches = new WeakMap()

function reachCached(model, signal) {
  const known = reaches.get(model) ?? new Map()
  reaches.set(model, known)
  if (!known.has(signal)) known.set(signal, reachOf(model, signal))
  return known.get(signal)
}

/** The latest value counts; of two at the same time the greater text, and of a text and the same as no text, the text. */
function addAttribute(facts, name, fresh) {
  const old = facts.attributes.get(name)
  if (!old || isLater(fresh, old)) facts.attributes.set(name, fresh)
  if (facts.attributes.size <= MOST_ATTRIBUTES) return
  const last = [...facts.attributes.keys()].sort().at(-1)
  facts.attributes.delete(last)
}

function isLater(a, b) {
  if (a.at !== b.at) return a.at > b.at
  if (String(a.value) !== String(b.value)) return String(a.value) > String(b.value)
  return typeof a.value === 'string'
}

function remember(all) {
  const sorted = all.sort((a, b) => a.at - b.at || a.id - b.id)
  const newest = sorted.at(-1)?.at
  const kept = sorted
    .slice(-REMEMBERED)
    .filter((r, i, list) => i >= list.length - SHOWN || r.at >= newest - DAY)
  return kept.map((r, i) => (i < kept.length - SHOWN && r.what !== '' ? { ...r, what: '' } : r))
}

/** Each visitor's highest offset; where there are more than 32, those of the last week, and never more than 1,000. */
function latestVisitors(all) {
  const highest = new Map()
  for (const v of all) {
    const known = highest.get(v.visitor)
    if (!known || v.offset > known.offset) highest.set(v.visitor, v)
  }
  const sorted = [...highest.values()].sort((a, b) => a.at - b.at || (a.visitor < b.visitor ? -1 : 1))
  const newest = sorted.at(-1)?.at
  return sorted
    .slice(-MOST_VISITORS)
    .filter((v, i, list) => i >= list.length - FEW_VISITORS || v.at >= newest - 7 * DAY)
}

/** The facts as the schema hotlead.Lead has them, sorted as it says. */
export function asRecord(facts) {
  const byName = ([a], [b]) => (a < b ? -1 : 1)
  return {
    first: facts.first,
    last: facts.last,
    signals: [...facts.signals].sort(byName).map(([name, s]) => ({
      name,
      last: s.last,
      older: s.older,
      buckets: s.hours.toSorted((a, b) => a.hour - b.hour),
      values: s.values.toSorted((a, b) => a.value - b.value),
      visits: s.visits,
    })),
    attributes: [...facts.attributes].sort(byName).map(([name, a]) => ({ name, value: a.value, at: a.at })),
    recent: facts.recent,
    visitors: facts.visitors,
    awaited: facts.awaited,
    unsettled: facts.unsettled,
    alias: facts.alias,
    pastWith: facts.pastWith,
  }
}

/** The facts that a record of hotlead.Lead holds. */
export function fromRecord(lead) {
  return {
    first: lead.first,
    last: lead.last,
    signals: new Map(
      lead.signals.map(s => [
        s.name,
        {
          last: s.last,
          older: s.older,
          hours: s.buckets.map(b => ({ ...b })),
          values: s.values ?? [],
          visits: s.visits ?? null,
        },
      ]),
    ),
    attributes: new Map(lead.attributes.map(a => [a.name, { value: a.value, at: a.at }])),
    recent: lead.recent,
    visitors: lead.visitors,
    awaited: (lead.awaited ?? []).map(a => ({ ...a })),
    unsettled: lead.unsettled ?? [],
    alias: lead.alias,
    pastWith: lead.pastWith ?? null,
  }
}

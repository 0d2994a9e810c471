import type { Lead } from '@hotlead/contracts'
import type { Act } from '../machines/act.ts'
import type { Match, Millis, Model } from '../model.ts'
import { bounded, later, withAttributes } from './attributes.ts'
import { byTime, remembered, withRecent } from './recent.ts'
import { addSignals, counted, pruned } from './signals.ts'
import { mergeSorted } from './sorted.ts'
import { isOpen, joined, withAct, withUnsettled } from './unsettled.ts'
import { mergeVisitors } from './visitors.ts'

/** Signal that every workspace has: a recorded follow-up. */
export const FOLLOW_UP = 'follow-up'

/** What an event adds to a lead. */
export interface Seen {
  at: Millis
  /** What it adds to each signal's facts. */
  signals: readonly Match[]
  /** 53-bit hash of the event's id. */
  id: number
  /** One line for the timeline. */
  what: string
  attributes?: Readonly<Record<string, string | number | boolean>> | undefined
  /** Where machines do such things too. */
  act?: Act | undefined
}

export function newLead(): Lead {
  return {
    first: 0,
    last: 0,
    signals: [],
    attributes: [],
    recent: [],
    visitors: [],
    awaited: [],
    unsettled: [],
    alias: null,
    pastWith: null,
  }
}

/** Whether an event of this id is among those that the lead remembers: the latest 32 of a day, and the latest 10. */
export function isRepeat(lead: Lead, id: number): boolean {
  return lead.recent.some(r => r.id === id)
}

/**
 * The lead after an event. Never changes its argument. Counters, latest values and the latest activities do not
 * depend on the order of events, so late ones give the same lead; what the model no longer reaches at `clock` moves
 * from its hour into one number. Bounds: 50 attributes, 32 activities (10 with their line), 32 unsettled acts, and per
 * signal one bucket an hour within reach, 64 values and 32 visits.
 */
export function observe(model: Model | undefined, lead: Lead, seen: Seen, clock: Millis): Lead {
  const { act, id, at } = seen
  // What is flagged counts, if at all, by signals that ask for flags, and a delivery is nobody's deed.
  const isHeld = act !== undefined && isOpen(act, at, clock)
  const isInDoubt = isHeld && act.flag === null && act.act !== 'delivered'
  let { signals } = lead
  if (!isInDoubt) for (const match of seen.signals) signals = counted(signals, match, at)
  const after = {
    ...lead,
    first: lead.first === 0 ? at : Math.min(lead.first, at),
    last: Math.max(lead.last, at),
    signals: model ? pruned(model, signals, clock) : signals,
    attributes: seen.attributes ? withAttributes(lead.attributes, seen.attributes, at) : lead.attributes,
    recent: withRecent(lead.recent, { id, at, what: seen.what }),
  }
  return isHeld ? withAct(after, { ...act, id, at }, isInDoubt ? seen.signals : []) : after
}

/** The union of two leads: counts added, latest values, latest activities. Commutes but for alias and pastWith, which are a's. */
export function mergeLeads(a: Lead, b: Lead): Lead {
  const seen = new Map([...b.recent, ...a.recent].map(r => [r.id, r]))
  const both = {
    first: a.first === 0 || b.first === 0 ? a.first + b.first : Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    signals: mergeSorted(a.signals, b.signals, s => s.name, addSignals),
    attributes: bounded(mergeSorted(a.attributes, b.attributes, s => s.name, later)),
    recent: remembered([...seen.values()].sort(byTime)),
    visitors: mergeVisitors(a.visitors, b.visitors),
    awaited: awaitedOf(a, b).filter(w => seen.has(w.id)),
    unsettled: [],
    alias: a.alias,
    pastWith: a.pastWith,
  }
  return withUnsettled(both, joined(a.unsettled, b.unsettled))
}

/** What either awaits, but for visitors that have come to the other. */
function awaitedOf(a: Lead, b: Lead): Lead['awaited'] {
  const comesTo = (lead: Lead) => (w: Lead['awaited'][number]) =>
    !lead.visitors.some(v => v.visitor === w.visitor)
  return [...a.awaited.filter(comesTo(b)), ...b.awaited.filter(comesTo(a))]
}

/** One match of a signal that is simply counted. */
export function once(name: string): Match {
  return { name, amount: 1 }
}

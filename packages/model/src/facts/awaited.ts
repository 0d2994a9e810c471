import type { Awaited, CountedAs, Lead } from '@hotlead/contracts'
import type { Match } from '../model.ts'
import { addHour, hourOf } from './hours.ts'

/*
 * The same event may come under a visitor, and once more under its lead: clients add the user id to what they send again.
 * The two lie in partitions that know nothing of each other until the visitor's past arrives. Where that is after the
 * lead's own copy, both have counted it, so the lead remembers until then what it counted.
 */

/**
 * The lead after an event that also names a visitor, none of whose records has arrived so far. At most as many as there are
 * recent activities; about 60 bytes each, and mostly gone within the second that the visitor's past takes.
 * @param matches what the event counted as; values and visits count once by themselves
 */
export function awaiting(lead: Lead, visitor: string, id: number, matches: readonly Match[]): Lead {
  if (lead.visitors.some(v => v.visitor === visitor)) return lead
  const counted: CountedAs[] = []
  for (const { name, amount, value, gap } of matches)
    if (value === undefined && gap === undefined) counted.push({ name, amount })
  const known = lead.awaited.filter(a => lead.recent.some(r => r.id === a.id))
  return { ...lead, awaited: [...known, { id, visitor, counted }] }
}

/** The lead without what it counted of a visitor's activities that the visitor has counted as well, and awaiting it no more. */
export function arrived(lead: Lead, visitor: string, past: Lead): Lead {
  if (!lead.awaited.some(a => a.visitor === visitor)) return lead
  let { signals } = lead
  for (const { id, counted } of lead.awaited.filter(a => a.visitor === visitor)) {
    const own = lead.recent.find(r => r.id === id)
    if (own === undefined || !past.recent.some(r => r.id === id)) continue
    // The visitor may have counted by another model, or by another recount's names.
    for (const match of counted)
      if (past.signals.some(s => s.name === match.name)) signals = uncounted(signals, match, hourOf(own.at))
  }
  return { ...lead, signals, awaited: others(lead.awaited, visitor) }
}

/** Those of other visitors. The same list where there is none of this one. */
export function others(awaited: Awaited[], visitor: string): Awaited[] {
  return awaited.some(a => a.visitor === visitor) ? awaited.filter(a => a.visitor !== visitor) : awaited
}

function uncounted(signals: Lead['signals'], { name, amount }: CountedAs, hour: number): Lead['signals'] {
  return signals.map(s => {
    if (s.name !== name) return s
    // An hour that is out of the model's reach by now is in `older`.
    if (!s.buckets.some(b => b.hour === hour)) return { ...s, older: s.older - amount }
    return { ...s, buckets: addHour(s.buckets, hour, -amount) }
  })
}

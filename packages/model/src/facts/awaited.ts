import type { Awaited, CountedAs, Lead } from '@hotlead/contracts'
import type { Match } from '../model.ts'
import { addHour, hourOf } from './hours.ts'
import { whole } from './unsettled.ts'

/*
 * The same event may come under a visitor, and once more under its lead: clients add to what they send again whom they have
 * learned of meanwhile. The two lie in partitions that know nothing of each other until the visitor's past arrives. Where
 * that is after the lead's own copy, both have counted it, so the lead remembers until then what it counted.
 */

/**
 * The lead after an event that also names a visitor, none of whose records has arrived so far. At most as many as there are
 * recent activities; about 80 bytes each, and mostly gone within the second that the visitor's past takes.
 * @param matches what the event counted as; values and visits count once by themselves
 */
export function awaiting(lead: Lead, visitor: string, id: number, matches: readonly Match[]): Lead {
  if (lead.visitors.some(v => v.visitor === visitor)) return lead
  const counted: CountedAs[] = []
  const isMachines = lead.unsettled.some(u => u.id === id && u.verdict !== null)
  for (const { name, amount, value, gap } of isMachines ? [] : matches)
    if (value === undefined && gap === undefined) counted.push({ name, amount })
  const known = lead.awaited.filter(a => lead.recent.some(r => r.id === a.id))
  return { ...lead, awaited: [...known, { id, visitor, counted }] }
}

/** What two sides, of which either may await the other, have both counted: taken from one of them. */
export function withoutTwins(lead: Lead, past: Lead): { lead: Lead; past: Lead } {
  const [own, theirs] = [twinsIn(lead, past), twinsIn(past, lead)]
  return {
    lead: uncountedOf(lead, own, past),
    past: uncountedOf(
      past,
      theirs.filter(t => !own.some(o => o.id === t.id)),
      lead,
    ),
  }
}

/** A past without the activities of it that somebody else has counted, and sent where the past is sent too. */
export function withoutCounted(past: Lead, { awaited }: Lead): Lead {
  const twins = awaited.filter(a => past.recent.some(r => r.id === a.id))
  if (twins.length === 0) return past
  const recent = past.recent.filter(r => !twins.some(t => t.id === r.id))
  return { ...uncountedOf(past, twins, past), recent }
}

/** Those of other visitors. The same list where there is none of this one. */
export function awaitedOfOthers(awaited: Awaited[], visitor: string): Awaited[] {
  return awaited.some(a => a.visitor === visitor) ? awaited.filter(a => a.visitor !== visitor) : awaited
}

function twinsIn(lead: Lead, other: Lead): Awaited[] {
  return lead.awaited.filter(
    a => lead.recent.some(r => r.id === a.id) && other.recent.some(r => r.id === a.id),
  )
}

/** @param other has counted them as well; by another model, or a recount's other names, it has not */
function uncountedOf(lead: Lead, twins: readonly Awaited[], other: Lead): Lead {
  if (twins.length === 0) return lead
  let { signals, unsettled } = lead
  const theirs = whole(other).signals
  for (const { id, counted } of twins) {
    const at = lead.recent.find(r => r.id === id)?.at as number
    const both = counted.filter(match => theirs.some(s => s.name === match.name))
    if (isUnsettled(lead, id))
      unsettled = unsettled.map(u => (u.id === id ? { ...u, counted: without(u.counted, both) } : u))
    else for (const match of both) signals = uncounted(signals, match, hourOf(at))
  }
  return { ...lead, signals, unsettled }
}

function isUnsettled(lead: Lead, id: number): boolean {
  return lead.unsettled.some(u => u.id === id)
}

function without<T extends { name: string }>(all: readonly T[], names: readonly { name: string }[]): T[] {
  return all.filter(m => !names.some(n => n.name === m.name))
}

function uncounted(signals: Lead['signals'], { name, amount }: CountedAs, hour: number): Lead['signals'] {
  return signals.map(s => {
    if (s.name !== name) return s
    // An hour that is out of the model's reach by now is in `older`.
    if (!s.buckets.some(b => b.hour === hour)) return { ...s, older: s.older - amount }
    return { ...s, buckets: addHour(s.buckets, hour, -amount) }
  })
}

import type { Lead, SignalFacts, Unsettled } from '@hotlead/contracts'
import type { Match, Millis, Model } from '../model.ts'
import { isShadow, shadowName } from './shadow.ts'
import { addSignals, pruned } from './signals.ts'
import { byName, mergeSorted } from './sorted.ts'
import { withHeld } from './unsettled.ts'

/** Facts that are counted anew, under an id of their own until they take the place of those that are there. */
export interface Counted {
  id: string
  /** Names of facts. */
  facts: readonly string[]
}

/** What an event adds to the facts of a recount, given what it adds by the recount's model. */
export function shadowMatches({ id, facts }: Counted, matches: readonly Match[]): Match[] {
  return matches.filter(m => facts.includes(m.name)).map(m => ({ ...m, name: shadowName(id, m.name) }))
}

/**
 * The lead with what the log held of it before the recount began. An act that is unsettled here too is judged here.
 * @param taken the recount's facts are the present ones by now
 */
export function withRecount(
  lead: Lead,
  id: string,
  { signals, unsettled }: { signals: readonly SignalFacts[]; unsettled: readonly Unsettled[] },
  taken: boolean,
): Lead {
  const named = <T extends { name: string }>(all: readonly T[]) =>
    taken ? all : all.map(s => ({ ...s, name: shadowName(id, s.name) }))
  const acts = unsettled.map(u => ({ ...u, counted: [...named(u.counted)] }))
  const here = new Map(lead.unsettled.map(u => [u.id, u]))
  const elsewhere = acts.filter(u => !here.has(u.id))
  for (const act of acts) {
    const known = here.get(act.id)
    if (known) here.set(act.id, { ...known, counted: [...known.counted, ...act.counted] })
  }
  return {
    ...lead,
    signals: elsewhere.reduce(
      withHeld,
      mergeSorted(lead.signals, named(signals), s => s.name, addSignals),
    ),
    unsettled: [...here.values()],
  }
}

/**
 * The lead once a recount's facts take the place of those of the same names; what other recounts left goes. Names that
 * it counted nothing for have no facts any more.
 * @param model that the facts were counted by, for what is out of its reach at `clock`; none: nothing is
 */
export function taken(lead: Lead, { id, facts }: Counted, model: Model | undefined, clock: Millis): Lead {
  const begin = shadowName(id, '')
  const present = <T extends { name: string }>(counted: readonly T[]) =>
    counted
      .filter(s => s.name.startsWith(begin) || !(isShadow(s.name) || facts.includes(s.name)))
      .map(s => (isShadow(s.name) ? { ...s, name: s.name.slice(begin.length) } : s))
  const signals = present(lead.signals).sort(byName)
  return {
    ...lead,
    signals: model ? pruned(model, signals, clock) : signals,
    awaited: lead.awaited.map(a => ({ ...a, counted: present(a.counted) })),
    unsettled: lead.unsettled.map(u => ({ ...u, counted: present(u.counted) })),
  }
}

/** The reverse, for a receiver that has not taken the recount yet: its own facts of these names are counted otherwise. */
export function asShadows(lead: Lead, { id, facts }: Counted): Lead {
  const named = <T extends { name: string }>(all: readonly T[]) =>
    all.map(s => (facts.includes(s.name) ? { ...s, name: shadowName(id, s.name) } : s))
  return {
    ...lead,
    signals: named(lead.signals).sort(byName),
    unsettled: lead.unsettled.map(u => ({ ...u, counted: named(u.counted) })),
  }
}

/** The lead without what recounts left that came to nothing. The same object where there is none. */
export function withoutShadows(lead: Lead): Lead {
  const isAny = (of: readonly { name: string }[]) => of.some(s => isShadow(s.name))
  const kept = [...lead.awaited, ...lead.unsettled]
  if (!isAny(lead.signals) && !kept.some(k => isAny(k.counted))) return lead
  const present = <T extends { name: string }>(counted: readonly T[]) =>
    counted.filter(s => !isShadow(s.name))
  return {
    ...lead,
    signals: present(lead.signals),
    awaited: lead.awaited.map(a => ({ ...a, counted: present(a.counted) })),
    unsettled: lead.unsettled.map(u => ({ ...u, counted: present(u.counted) })),
  }
}

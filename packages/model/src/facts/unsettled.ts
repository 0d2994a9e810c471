import type { Lead, Recent, Unsettled, UnsettledMatch } from '@hotlead/contracts'
import type { Act } from '../machines/act.ts'
import { judged } from '../machines/judge.ts'
import type { Match, Millis } from '../model.ts'
import { counted } from './signals.ts'
import { lowerBound } from './sorted.ts'

/*
 * What a machine did counts for nothing, also where that is found out only when it has been counted: a mail scanner's first
 * click looks like anybody's. A distinct count or a visit cannot be taken back out of what others are in too, so for as long
 * as a verdict may come, what an act counts for is kept beside the lead's signals; whoever reads counts both.
 */

/** About 60 bytes each. What is pushed out is settled as it stands. */
const MOST_UNSETTLED = 32

const MINUTE: Millis = 60_000

/**
 * How long a verdict may come, by the log's clock: floods show within a minute of arriving, and providers tell of mails in
 * batches of seconds to minutes. What is older when it comes, as history that is imported, is settled at once.
 */
const OPEN_FOR: Record<Unsettled['act'], Millis> = {
  viewed: 2 * MINUTE,
  delivered: 60 * MINUTE,
  opened: 60 * MINUTE,
  clicked: 60 * MINUTE,
  closed: 0,
}

/** Whether an act is judged together with what else the lead does. */
export function isOpen({ act }: Pick<Unsettled, 'act'>, at: Millis, clock: Millis): boolean {
  return Math.abs(clock - at) < OPEN_FOR[act]
}

/** The lead after an act, and what it does to those before it. @param matches what it counts for unless a machine did it */
export function withAct(
  lead: Lead,
  fresh: Act & { id: number; at: Millis },
  matches: readonly Match[],
): Lead {
  const { act, mail, link, flag, id, at } = fresh
  const entry = { id, at, act, mail, link, flag, verdict: null, counted: matches.map(toHeld) }
  // One that is remembered here longer than among the lead's ids: it waits for a recount.
  if (lead.unsettled.some(u => u.id === id)) return withUnsettled(lead, joined(lead.unsettled, [entry]))
  const acts = lead.unsettled.slice()
  const place = lowerBound(acts, u => byTime(u, entry) < 0)
  acts.splice(place, 0, entry)
  return withUnsettled(lead, acts)
}

/** Acts on two sides; what both have is one, which counts for what either of them counts it for. */
export function joined(a: readonly Unsettled[], b: readonly Unsettled[]): Unsettled[] {
  if (a.length === 0 || b.length === 0) return (a.length === 0 ? b : a) as Unsettled[]
  const known = new Map(a.map(u => [u.id, u]))
  for (const u of b) {
    const same = known.get(u.id)
    known.set(u.id, same ? both(same, u) : u)
  }
  return [...known.values()].sort(byTime)
}

function byTime(a: Unsettled, b: Unsettled): number {
  return a.at - b.at || a.id - b.id
}

function both(a: Unsettled, b: Unsettled): Unsettled {
  const more = b.counted.filter(m => !a.counted.some(c => c.name === m.name))
  return { ...a, verdict: a.verdict ?? b.verdict, counted: [...a.counted, ...more] }
}

/** The lead with these acts judged; those that are too many are settled. */
export function withUnsettled(lead: Lead, acts: Unsettled[]): Lead {
  const all = judged(acts)
  const over = Math.max(0, all.length - MOST_UNSETTLED)
  const signals = all.slice(0, over).reduce(withHeld, lead.signals)
  return {
    ...lead,
    signals,
    recent: flagged(lead.recent, all),
    awaited: awaitedOf(lead, all),
    unsettled: over === 0 ? all : all.slice(over),
  }
}

/** What a machine did was not counted, so that nothing of it is to be taken from anybody who has counted it too. */
function awaitedOf({ awaited }: Lead, acts: readonly Unsettled[]): Lead['awaited'] {
  if (awaited.length === 0 || acts.every(u => u.verdict === null)) return awaited
  const machines = new Set(acts.filter(u => u.verdict !== null).map(u => u.id))
  return awaited.map(a => (machines.has(a.id) && a.counted.length > 0 ? { ...a, counted: [] } : a))
}

/** The lead without acts of which nothing more will be found out: they are in its signals, or nowhere. */
export function settled(lead: Lead, clock: Millis): Lead {
  const { unsettled } = lead
  if (unsettled.every(u => isOpen(u, u.at, clock))) return lead
  const open = unsettled.filter(u => isOpen(u, u.at, clock))
  const over = unsettled.filter(u => !isOpen(u, u.at, clock))
  return { ...lead, signals: over.reduce(withHeld, lead.signals), unsettled: open }
}

/** The lead with those acts kept, for a recount that counts them too; nothing more is found out of them, or by them. */
export function closed(lead: Lead, clock: Millis): Lead {
  const { unsettled } = lead
  if (unsettled.every(u => isOpen(u, u.at, clock))) return lead
  return { ...lead, unsettled: unsettled.map(u => (isOpen(u, u.at, clock) ? u : { ...u, act: 'closed' })) }
}

/** Facts never change, and are asked for rule by rule. */
const wholes = new WeakMap<Lead, Lead>()

/** The lead with all that it counts by now in its signals. The same object where nothing is unsettled. */
export function whole(lead: Lead): Lead {
  if (lead.unsettled.length === 0) return lead
  let known = wholes.get(lead)
  if (!known) {
    known = { ...lead, signals: lead.unsettled.reduce(withHeld, lead.signals), unsettled: [] }
    wholes.set(lead, known)
  }
  return known
}

/** Signals with what an act counts for. */
export function withHeld(
  signals: Lead['signals'],
  { at, verdict, counted: held }: Unsettled,
): Lead['signals'] {
  return verdict === null ? held.reduce((all, m) => counted(all, toMatch(m), at), signals) : signals
}

function toHeld({ name, amount, value, gap }: Match): UnsettledMatch {
  return { name, amount, value: value ?? null, gap: gap ?? null }
}

function toMatch({ name, amount, value, gap }: UnsettledMatch): Match {
  if (value !== null) return { name, amount, value }
  return gap === null ? { name, amount } : { name, amount, gap }
}

/** The timeline says why what was counted counts no more, whichever side of a merge has found it out. */
function flagged(recent: Recent[], acts: readonly Unsettled[]): Recent[] {
  if (acts.every(u => u.verdict === null)) return recent
  const verdicts = new Map(acts.map(u => [u.id, u.verdict]))
  return recent.map(r => {
    const verdict = verdicts.get(r.id) ?? null
    const isTold = verdict === null || r.what === '' || r.what.endsWith(`(${verdict})`)
    return isTold ? r : { ...r, what: flaggedLine(r.what, [verdict]) }
  })
}

/** Characters of a line of the timeline. */
const MAX_WHAT = 80

/** A line of the timeline with the flags of it. Why it adds nothing is not cut off with a long path. */
export function flaggedLine(what: string, flags: readonly string[]): string {
  const end = flags.length > 0 ? ` (${flags.join(', ')})` : ''
  return what.slice(0, Math.max(0, MAX_WHAT - end.length)) + end
}

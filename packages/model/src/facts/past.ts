import type { Attribute, Lead, SignalFacts } from '@hotlead/contracts'
import type { Millis, Model } from '../model.ts'
import { HOUR, YEAR } from '../score/decay.ts'
import { hourOf } from './hours.ts'
import { whole } from './unsettled.ts'

/** What facts no longer say of a time that has passed. */
export type Gap =
  /** Matches of an hour that had begun by then and was not over: left out. */
  | { kind: 'hour'; signal: string; hour: number; count: number }
  /** Values that were seen again since: whether they had been seen by then is not kept. */
  | { kind: 'values'; signal: string; count: number }
  /** What was counted before that time is known only as a sum. */
  | { kind: 'older'; signal: string; before: Millis; count: number }
  /** Given since; what it was before is not kept. */
  | { kind: 'attribute'; name: string; since: Millis }
  /** Counted anew since, by a model that counts otherwise. */
  | { kind: 'recounted'; signal: string; since: Millis }

/**
 * A lead as it was at an earlier time, from the facts that are kept: what came later is taken away, hour by hour. What
 * facts no longer tell apart is left out, and listed; with an empty list the lead is exactly what it was.
 * @param now the lead as it is
 * @param clock of the log when the facts were last folded
 */
export function leadAt(model: Model, now: Lead, t: Millis, clock: Millis): { lead: Lead; gaps: Gap[] } {
  const lead = whole(now)
  const gaps: Gap[] = []
  const signals = lead.signals.flatMap(s => signalAt(s, t, clock, model.reach.get(s.name) ?? YEAR, gaps))
  const recent = lead.recent.filter(r => r.at <= t)
  return {
    lead: {
      ...lead,
      signals,
      attributes: lead.attributes.filter(a => isKnown(a, t, gaps)),
      recent,
      last: Math.min(lead.last, Math.max(lead.first, recent.at(-1)?.at ?? 0, ...signals.map(s => s.last))),
    },
    gaps,
  }
}

function signalAt(s: SignalFacts, t: Millis, clock: Millis, reach: Millis, gaps: Gap[]): SignalFacts[] {
  const name = s.name
  const now = hourOf(t)
  // Where its last match was before, all of the hour was.
  const whole = s.last <= t
  const buckets = s.buckets.filter(b => b.hour < now || (whole && b.hour === now))
  const begun = s.buckets.find(b => b.hour === now)
  if (begun && !whole) gaps.push({ kind: 'hour', signal: name, hour: now, count: begun.count })
  const values = s.values.filter(v => v.hour < now || (whole && v.hour === now))
  if (values.length < s.values.length)
    gaps.push({ kind: 'values', signal: name, count: s.values.length - values.length })
  const list = s.visits?.list.filter(v => v.from <= t).map(v => ({ from: v.from, to: Math.min(v.to, t) }))
  const before = clock - reach
  if (s.older > 0) gaps.push({ kind: 'older', signal: name, before, count: s.older })
  // All of it happened before that time.
  const older = t >= before ? s.older : 0
  const last = whole ? s.last : lastOf(t, buckets, values, list ?? [])
  if (last === undefined && older === 0) return []
  return [
    {
      ...s,
      last: last ?? before,
      older,
      buckets,
      values,
      visits: s.visits && { ...s.visits, list: list ?? [] },
    },
  ]
}

/** The end of the latest hour that is left: the moment of the match within it is not kept. */
function lastOf(
  t: Millis,
  buckets: readonly { hour: number }[],
  values: readonly { hour: number }[],
  visits: readonly { to: Millis }[],
): Millis | undefined {
  const ends = [...buckets, ...values].map(h => (h.hour + 1) * HOUR - 1).concat(visits.map(v => v.to))
  return ends.length === 0 ? undefined : Math.min(t, Math.max(...ends))
}

function isKnown(a: Attribute, t: Millis, gaps: Gap[]): boolean {
  if (a.at <= t) return true
  gaps.push({ kind: 'attribute', name: a.name, since: a.at })
  return false
}

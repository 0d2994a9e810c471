import type { Lead, VisitorMark } from '@hotlead/contracts'
import type { Millis } from '../model.ts'
import { HOUR } from '../score/decay.ts'

/** So many are kept at any age; none is forgotten within VISITOR_AGE; never more than MAX_VISITORS (about 60 kB). */
export const MIN_VISITORS = 32
const VISITOR_AGE: Millis = 7 * 24 * HOUR
const MAX_VISITORS = 1_000

/** The visitors that are a lead, by subject; a user id that is it too is none. */
export function visitorsOf(lead: Lead): string[] {
  return lead.visitors.map(v => v.visitor).filter(subject => subject.startsWith('v:'))
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

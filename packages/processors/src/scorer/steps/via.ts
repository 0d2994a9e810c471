import type { Lead, Via } from '@hotlead/contracts'
import { mergeVisitors } from '@hotlead/model'

/** Whether a record that was sent on from a visitor's partition has been folded already: sending on may repeat. */
export function isOldNews(lead: Lead, via: Via | null): boolean {
  if (!via) return false
  const mark = lead.visitors.find(v => v.visitor === via.visitor)
  return mark !== undefined && mark.offset >= via.offset
}

/** The lead with the visitor's latest offset noted, at the log's clock. */
export function noteVisitor(lead: Lead, via: Via | null, clock: number): Lead {
  return via ? { ...lead, visitors: mergeVisitors(lead.visitors, [{ ...via, at: clock }]) } : lead
}

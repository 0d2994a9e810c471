import type { Lead, Via } from '@hotlead/contracts'

/** Visitors remembered per lead. A repeat arrives within one recovery of its visitor's partition, so old ones may go. */
const MAX_VISITORS = 32

/** Whether a record that was sent on from a visitor's partition has been folded already: sending on may repeat. */
export function isOldNews(lead: Lead, via: Via | null): boolean {
  if (!via) return false
  const mark = lead.visitors.find(v => v.visitor === via.visitor)
  return mark !== undefined && mark.offset >= via.offset
}

/** The lead with the visitor's latest offset noted. */
export function noteVisitor(lead: Lead, via: Via | null): Lead {
  if (!via) return lead
  const others = lead.visitors.filter(v => v.visitor !== via.visitor)
  return { ...lead, visitors: [...others, { ...via }].slice(-MAX_VISITORS) }
}

import { beacon, deliver } from './delivery.js'
import { engage } from './engagement.js'
import { eventOf } from './event.js'
import { here } from './place.js'
import { allowed, answered } from './policy.js'
import { keep } from './queue.js'
import { optedOut } from './settings.js'
import { forgetIds, rememberIds } from './visitor.js'

/** The visitor's answer, by category. */
export function consent(categories) {
  if (optedOut) return
  const before = allowed()
  answered(categories)
  // The last that is sent of this visitor: else the score would go on as if they still agreed.
  if (before && !allowed()) beacon([eventOf('track', { event: 'Consent Withdrawn' })])
  settle()
  deliver()
}

/** Somebody logged out: whoever comes now is another visitor. What is queued has its ids, and the page was read by whom it has so far. */
export function reset() {
  engage(here())
  forgetIds()
  settle()
}

/** Brings what the browser keeps in line with the answer. */
export function settle() {
  if (allowed() === false) forgetIds()
  else rememberIds()
  keep()
}

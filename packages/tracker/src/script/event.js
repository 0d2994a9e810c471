import { deliver } from './delivery.js'
import { campaign, here } from './place.js'
import { consentContext } from './policy.js'
import { keep, stampNow } from './queue.js'
import { ids, newId } from './visitor.js'

/** An event as its JSON text, in the Segment shape; `page` is where it happened. */
export const eventOf = (type, fields, page = here()) =>
  JSON.stringify({
    // First: queue.js reads it there.
    timestamp: stampNow(),
    type,
    messageId: newId(),
    ...ids(),
    ...fields,
    context: {
      page,
      locale: navigator.language,
      campaign: campaign(),
      consent: consentContext(),
      library: { name: 'hotlead.js', version: '1' },
    },
  })

export function send(type, fields, page) {
  keep([eventOf(type, fields, page)])
  deliver()
}

export const track = (event, properties, page) => send('track', { event, properties }, page)

import type { MailKind } from '@hotlead/contracts'
import { ok } from '../../outcome.ts'
import type { JsonObject } from '../json.ts'
import { elements, type Section } from '../sections.ts'
import { seconds, unnamed } from './event.ts'
import { mailFormat, type Pieces, type Read, whole } from './format.ts'

/** Their words for what we take. `processed`, `deferred`, `dropped` and `group_resubscribe` are nothing that a lead did. */
const KINDS: ReadonlyMap<string, MailKind> = new Map([
  ['delivered', 'delivered'],
  ['open', 'opened'],
  ['click', 'clicked'],
  ['bounce', 'bounced'],
  ['spamreport', 'complained'],
  ['unsubscribe', 'unsubscribed'],
  ['group_unsubscribe', 'unsubscribed'],
])

const read: Read = (said: JsonObject) => {
  if (typeof said.event !== 'string') return unnamed('event', said.event)
  const kind = KINDS.get(said.event)
  if (kind === undefined) return undefined
  return ok({
    kind,
    id: said.sg_event_id,
    recipient: { field: 'email', value: said.email },
    at: seconds(said.timestamp),
    properties: {
      email_id: said.sg_message_id,
      campaign_id: said.marketing_campaign_id ?? said.singlesend_id,
      campaign_name: said.marketing_campaign_name ?? said.singlesend_name,
      list_id: said.asm_group_id,
      link_url: said.url,
      tags: typeof said.category === 'string' ? [said.category] : said.category,
      bounce_type: kind === 'bounced' ? said.type : undefined,
    },
    // Apple's privacy proxy fetched the picture, at no time of the reader's.
    machine: said.sg_machine_open === true ? 'sg_machine_open' : undefined,
    userAgent: said.useragent,
    ip: said.ip,
  })
}

/**
 * SendGrid's event webhook: a list of events. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
 * One event alone is taken too: so it lies in `dead-letter`.
 */
export const SENDGRID = mailFormat('sendgrid', read, (said, body) =>
  Array.isArray(said) ? list(said, body) : whole(said, body),
)

function list(all: readonly unknown[], body: Buffer): Pieces {
  let ranges: Section[] | undefined
  return {
    all,
    label: index => `[${index}]`,
    bytesOf(index) {
      ranges ??= elements(body)
      return body.subarray(ranges[index]?.start, ranges[index]?.end)
    },
  }
}

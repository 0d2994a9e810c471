import type { MailKind } from '@hotlead/contracts'
import { ok } from '../../outcome.ts'
import { fields, type JsonObject, text } from '../json.ts'
import { idOf, unnamed } from './event.ts'
import { mailFormat, whole } from './format.ts'

const KINDS: ReadonlyMap<string, MailKind> = new Map([
  ['Delivery', 'delivered'],
  ['Open', 'opened'],
  ['Click', 'clicked'],
  ['Bounce', 'bounced'],
  ['SpamComplaint', 'complained'],
  ['SubscriptionChange', 'unsubscribed'],
])

/** Types of a `Bounce` that is none. https://postmarkapp.com/developer/api/bounce-api#bounce-types */
const NO_BOUNCES: ReadonlyMap<unknown, MailKind | undefined> = new Map([
  // Will be tried again.
  ['Transient', undefined],
  ['DnsError', undefined],
  // Answers of a mailbox.
  ['AutoResponder', undefined],
  ['AddressChange', undefined],
  ['ChallengeVerification', undefined],
  ['OpenRelayTest', undefined],
  ['Subscribe', undefined],
  ['Unsubscribe', 'unsubscribed'],
  ['SpamNotification', 'complained'],
  ['SpamComplaint', 'complained'],
])

function kindOfMail(record: string, said: JsonObject): MailKind | undefined {
  if (record === 'Bounce' && NO_BOUNCES.has(said.Type)) return NO_BOUNCES.get(said.Type)
  // Bounces and complaints suppress an address too, and are told by records of their own; the sender may do so by hand.
  if (
    record === 'SubscriptionChange' &&
    !(
      said.SuppressSending === true &&
      said.Origin === 'Recipient' &&
      said.SuppressionReason === 'ManualSuppression'
    )
  )
    return undefined
  return KINDS.get(record)
}

/** Postmark's webhooks: one record. https://postmarkapp.com/developer/webhooks/webhooks-overview */
export const POSTMARK = mailFormat(
  'postmark',
  said => {
    if (typeof said.RecordType !== 'string') return unnamed('RecordType', said.RecordType)
    const kind = kindOfMail(said.RecordType, said)
    if (kind === undefined) return undefined
    const [field, value] =
      said.Recipient === undefined ? ['Email', said.Email] : ['Recipient', said.Recipient]
    const at = said.ReceivedAt ?? said.DeliveredAt ?? said.BouncedAt ?? said.ChangedAt
    return ok({
      kind,
      // Only bounces and complaints have an ID. A mail to several has one MessageID, and so has a mail that is opened twice.
      id: idOf(said.MessageID, said.RecordType, at, value, said.OriginalLink, said.ID),
      recipient: { field: field as string, value },
      at,
      properties: {
        email_id: said.MessageID,
        email_subject: said.Subject,
        list_id: kind === 'unsubscribed' ? said.MessageStream : undefined,
        link_url: said.OriginalLink,
        tags: text(said.Tag) ? [said.Tag] : undefined,
        bounce_type: kind === 'bounced' ? said.Type : undefined,
      },
      userAgent: said.UserAgent,
      ip: fields(said.Geo).IP,
    })
  },
  whole,
)

import { ok } from '../../outcome.ts'
import { fields, type JsonObject, json, text } from '../json.ts'
import { idOf, type MailKind, unnamed } from './event.ts'
import { mailFormat, type Read, whole } from './format.ts'

/** Their words for what we take, and where an event has its own part. `Send`, `Reject`, `DeliveryDelay` and `Rendering Failure` are nothing that a lead did. */
const KINDS: ReadonlyMap<string, [kind: MailKind, part: string]> = new Map([
  ['Delivery', ['delivered', 'delivery']],
  ['Open', ['opened', 'open']],
  ['Click', ['clicked', 'click']],
  ['Bounce', ['bounced', 'bounce']],
  ['Complaint', ['complained', 'complaint']],
  ['Subscription', ['unsubscribed', 'subscription']],
])

/** One recipient's share of an event. */
interface Share extends JsonObject {
  said: JsonObject
  /** Where in the event the recipient stands, and what is there. */
  field: string
  recipient: unknown
}

const read: Read = event => {
  const { said, field, recipient } = event as Share
  const type = said.eventType ?? said.notificationType
  if (typeof type !== 'string') return unnamed('Message.eventType', type)
  const [kind, name] = KINDS.get(type) ?? []
  if (kind === undefined || name === undefined) return undefined
  const part = fields(said[name])
  if (kind === 'complained' && part.complaintFeedbackType === 'not-spam') return undefined
  if (kind === 'unsubscribed' && !leaves(part)) return undefined
  const mail = fields(said.mail)
  const { campaign, ...tags } = fields(mail.tags)
  return ok({
    kind,
    id: idOf(mail.messageId, type, part.timestamp ?? mail.timestamp, recipient, part.link, part.feedbackId),
    recipient: { field, value: recipient },
    at: part.timestamp ?? mail.timestamp,
    properties: {
      email_id: mail.messageId,
      email_subject: fields(mail.commonHeaders).subject,
      campaign_name: Array.isArray(campaign) ? campaign[0] : undefined,
      list_id: part.contactList,
      link_url: part.link,
      tags: own(tags),
      bounce_type: kind === 'bounced' ? part.bounceType : undefined,
    },
    userAgent: part.userAgent,
    ip: part.ipAddress,
  })
}

/**
 * What SES says through SNS, in the signed envelope in which it comes: one event, and of a bounce, a complaint or a delivery
 * one for each recipient. https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export const SES = mailFormat('ses', read, (envelope, body) => {
  const message = text(fields(envelope).Message)
  if (message === undefined) return whole(undefined, body)
  const said = json(Buffer.from(message))
  // A sentence for people: SES sends one when a topic is set up.
  const all = said.kind === 'ok' ? shares(fields(said.value)) : []
  return { all, label: () => '', bytesOf: () => body }
})

function shares(said: JsonObject): Share[] {
  const among = (path: string, list: unknown, pick: (one: unknown) => unknown = one => one) =>
    Array.isArray(list)
      ? list.map((one, i) => ({
          said,
          field: `Message.${path.replace('#', `[${i}]`)}`,
          recipient: pick(one),
        }))
      : [{ said, field: `Message.${path.replace('#', '[0]')}`, recipient: undefined }]
  const addressOf = (one: unknown) => fields(one).emailAddress
  switch (said.eventType ?? said.notificationType) {
    case 'Bounce':
      return among('bounce.bouncedRecipients#.emailAddress', fields(said.bounce).bouncedRecipients, addressOf)
    case 'Complaint':
      return among(
        'complaint.complainedRecipients#.emailAddress',
        fields(said.complaint).complainedRecipients,
        addressOf,
      )
    case 'Delivery':
      return among('delivery.recipients#', fields(said.delivery).recipients)
    default: {
      // Who of several opened or clicked SES does not know.
      const { destination } = fields(said.mail)
      const recipient = Array.isArray(destination) && destination.length === 1 ? destination[0] : undefined
      return [{ said, field: 'Message.mail.destination[0], alone', recipient }]
    }
  }
}

/** Whether a change of preferences takes the contact off a list that it was on. */
function leaves(part: JsonObject): boolean {
  const [now, before] = [fields(part.newTopicPreferences), fields(part.oldTopicPreferences)]
  if (now.unsubscribeAll === true) return before.unsubscribeAll !== true
  const were = optedOut(before)
  return [...optedOut(now)].some(topic => !were.has(topic))
}

function optedOut({ topicSubscriptionStatus: topics }: JsonObject): Set<unknown> {
  const all = Array.isArray(topics) ? topics.map(fields) : []
  return new Set(all.filter(t => t.subscriptionStatus === 'OptOut').map(t => t.topicName))
}

/** The sender's own tags, by name; those of SES are about how it was sent. */
function own(tags: JsonObject): JsonObject | undefined {
  const named = Object.entries(tags).filter(([name]) => !name.startsWith('ses:'))
  if (named.length === 0) return undefined
  return Object.fromEntries(named.map(([name, values]) => [name, Array.isArray(values) ? values[0] : values]))
}

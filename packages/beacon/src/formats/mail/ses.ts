import type { MailKind } from '@hotlead/contracts'
import { ok, refuse } from '../../outcome.ts'
import { fields, type JsonObject, json, text } from '../json.ts'
import { idOf, unnamed } from './event.ts'
import { mailFormat, type Pieces, type Read, whole } from './format.ts'

/** Their words for what we take, and where an event has its own part. `Send`, `Reject`, `DeliveryDelay` and `Rendering Failure` are nothing that a lead did. */
const KINDS: ReadonlyMap<string, [kind: MailKind, part: string]> = new Map([
  ['Delivery', ['delivered', 'delivery']],
  ['Open', ['opened', 'open']],
  ['Click', ['clicked', 'click']],
  ['Bounce', ['bounced', 'bounce']],
  ['Complaint', ['complained', 'complaint']],
  ['Subscription', ['unsubscribed', 'subscription']],
])

/** Which of an event's recipients a share of it is about. No JSON can say so. */
const SHARE = Symbol('share')
type Envelope = JsonObject & { [SHARE]?: number }

const read: Read = (envelope: Envelope) => {
  const said = saidIn(envelope)
  if (said === undefined) return refuse(400, 'invalid', 'Message: must be JSON, in the envelope of SNS')
  const type = typeOf(said)
  if (typeof type !== 'string') return unnamed('Message.eventType', type)
  const [kind, name] = KINDS.get(type) ?? []
  if (kind === undefined || name === undefined) return undefined
  const part = fields(said[name])
  if (kind === 'complained' && part.complaintFeedbackType === 'not-spam') return undefined
  if (kind === 'unsubscribed' && !leaves(part)) return undefined
  const mail = fields(said.mail)
  const { field, all } = recipientsOf(said)
  const share = envelope[SHARE] ?? (all.length === 1 ? 0 : undefined)
  if (share === undefined) return refuse(400, 'no_identity', `${field}: must be one, are ${all.length}`)
  const recipient = { field: `${field}[${share}]`, value: all[share] }
  const at = part.timestamp ?? mail.timestamp
  const { campaign, ...tags } = fields(mail.tags)
  return ok({
    kind,
    id: idOf(mail.messageId, type, at, recipient.value, part.link, part.feedbackId),
    recipient,
    at,
    properties: {
      email_id: mail.messageId,
      email_subject: fields(mail.commonHeaders).subject,
      campaign_name: list(campaign)[0],
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
 * to several one for each. https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export const SES = mailFormat('ses', read, takeApart, shareOf)

function takeApart(envelope: unknown, body: Buffer): Pieces {
  const said = saidIn(fields(envelope))
  // A sentence for people: SES sends one when a topic is set up.
  if (said === undefined && text(fields(envelope).Message) !== undefined)
    return { ...whole(envelope, body), all: [] }
  const { all, each } = recipientsOf(said ?? {})
  if (!each || all.length < 2) return whole(envelope, body)
  return {
    ...whole(envelope, body),
    all: all.map((_, share) => shareOf(fields(envelope), share)),
    partOf: share => share,
  }
}

function shareOf(envelope: JsonObject, share: number): Envelope {
  return { ...envelope, [SHARE]: share }
}

/** The event in an envelope; undefined where its text is no JSON. */
function saidIn({ Message }: JsonObject): JsonObject | undefined {
  const said = json(Buffer.from(text(Message) ?? ''))
  return said.kind === 'ok' ? fields(said.value) : undefined
}

interface Recipients {
  field: string
  all: readonly unknown[]
  /** Each of them has had it. Who of several opened or clicked SES does not know. */
  each: boolean
}

function recipientsOf(said: JsonObject): Recipients {
  const { bouncedRecipients: bounced } = fields(said.bounce)
  const { complainedRecipients: complained } = fields(said.complaint)
  switch (typeOf(said)) {
    case 'Bounce':
      return { field: 'Message.bounce.bouncedRecipients', all: addresses(bounced), each: true }
    case 'Complaint':
      return { field: 'Message.complaint.complainedRecipients', all: addresses(complained), each: true }
    case 'Delivery':
      return { field: 'Message.delivery.recipients', all: list(fields(said.delivery).recipients), each: true }
    default:
      return { field: 'Message.mail.destination', all: list(fields(said.mail).destination), each: false }
  }
}

/** `eventType` where a configuration set publishes, `notificationType` where an identity does. */
function typeOf(said: JsonObject): unknown {
  return said.eventType ?? said.notificationType
}

function addresses(of: unknown): readonly unknown[] {
  return list(of).map(one => fields(one).emailAddress)
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Whether a change of preferences takes the contact off a list that it was on. */
function leaves(part: JsonObject): boolean {
  const [now, before] = [fields(part.newTopicPreferences), fields(part.oldTopicPreferences)]
  if (now.unsubscribeAll === true) return before.unsubscribeAll !== true
  const were = optedOut(before)
  return [...optedOut(now)].some(topic => !were.has(topic))
}

function optedOut({ topicSubscriptionStatus: topics }: JsonObject): Set<unknown> {
  const all = list(topics).map(fields)
  return new Set(all.filter(t => t.subscriptionStatus === 'OptOut').map(t => t.topicName))
}

/** The sender's own tags, by name; those of SES are about how it was sent. */
function own(tags: JsonObject): JsonObject | undefined {
  const named = Object.entries(tags).filter(([name]) => !name.startsWith('ses:'))
  if (named.length === 0) return undefined
  return Object.fromEntries(named.map(([name, values]) => [name, Array.isArray(values) ? values[0] : values]))
}

import type { MailKind } from '@hotlead/contracts'
import { ok } from '../../outcome.ts'
import { fields, type JsonObject, text } from '../json.ts'
import { seconds, unnamed } from './event.ts'
import { mailFormat, whole } from './format.ts'

const KINDS: ReadonlyMap<string, MailKind> = new Map([
  ['delivered', 'delivered'],
  ['opened', 'opened'],
  ['clicked', 'clicked'],
  ['complained', 'complained'],
  ['unsubscribed', 'unsubscribed'],
])

/** A temporary failure is tried again, and told again when it ends. `accepted` and `rejected` are nothing that a lead did. */
function kindOfMail(name: string, data: JsonObject): MailKind | undefined {
  if (name === 'failed') return data.severity === 'temporary' ? undefined : 'bounced'
  return KINDS.get(name)
}

/** Mailgun's webhooks: one event under `event-data`. https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads */
export const MAILGUN = mailFormat(
  'mailgun',
  said => {
    const data = fields(said['event-data'])
    if (typeof data.event !== 'string') return unnamed('event-data.event', data.event)
    const kind = kindOfMail(data.event, data)
    if (kind === undefined) return undefined
    const headers = fields(fields(data.message).headers)
    const campaign = fields(Array.isArray(data.campaigns) ? data.campaigns[0] : undefined)
    const client = fields(data['client-info'])
    return ok({
      kind,
      id: data.id,
      recipient: { field: 'event-data.recipient', value: data.recipient },
      at: seconds(data.timestamp),
      properties: {
        email_id: headers['message-id'],
        email_subject: headers.subject,
        campaign_id: campaign.id,
        campaign_name: campaign.name,
        link_url: data.url,
        tags: data.tags,
        bounce_type: kind === 'bounced' ? data.severity : undefined,
      },
      // `apple`, `gmail`, or `generic` for a firewall or scanner; empty for a person.
      // https://documentation.mailgun.com/docs/mailgun/user-manual/tracking-messages/open-click-bot-detect
      machine: text(client.bot) || undefined,
      userAgent: client['user-agent'],
      ip: data.ip,
    })
  },
  whole,
)

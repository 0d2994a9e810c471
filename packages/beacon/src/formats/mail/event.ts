import { hash } from 'node:crypto'
import { type Flag, MAIL_EVENTS, type MailKind } from '@hotlead/contracts'
import { emailAddress } from '../../emailAddress.ts'
import { type Outcome, ok, type Refused, refuse } from '../../outcome.ts'
import { kindOf } from '../../problems.ts'

/** What recipients do themselves. */
const ACTS: ReadonlySet<MailKind> = new Set(['opened', 'clicked', 'unsubscribed'])

/** What a provider's event says, each value as it came. */
export interface MailEvent {
  kind: MailKind
  /** The same whenever the provider sends the same event again. */
  id: unknown
  /** Whom the mail was for, and how the provider calls the field. */
  recipient: { field: string; value: unknown }
  /** ISO 8601, or ms since 1970. */
  at: unknown
  /** By Segment's names, where it has one; what is not said is left out. */
  properties: {
    email_id?: unknown
    email_subject?: unknown
    campaign_id?: unknown
    campaign_name?: unknown
    list_id?: unknown
    link_url?: unknown
    tags?: unknown
    bounce_type?: unknown
  }
  /** Which machine the provider takes for the opener or clicker. */
  machine?: string | undefined
  userAgent?: unknown
  ip?: unknown
}

/** A provider's event in our shape: a track of the lead to whose address the mail went. */
export function mailMessage(provider: string, event: MailEvent): Outcome<unknown> {
  const { kind, id, recipient, at, properties, machine, userAgent, ip } = event
  const email = emailAddress(recipient.value)
  if (email === null)
    return refuse(
      400,
      'no_identity',
      `${recipient.field}: must be an e-mail address, is ${kindOf(recipient.value)}`,
    )
  if (id === undefined || id === null || id === '')
    return refuse(400, 'invalid', 'the id of the event is missing: sent again it would count twice')
  return ok({
    type: 'track',
    event: MAIL_EVENTS[kind],
    messageId: id,
    timestamp: at,
    properties: { provider, ...properties, machine: flagOf(event) && machine },
    // Of a delivery, a bounce or a complaint these are some mail server's.
    context: { traits: { email }, ...(ACTS.has(kind) ? { userAgent, ip } : {}) },
  })
}

/** The flag of what a machine did; undefined: a person, or nothing that a person would do. */
export function flagOf({ kind, machine }: MailEvent): Flag | undefined {
  if (machine === undefined) return undefined
  return kind === 'opened' ? 'machine_open' : kind === 'clicked' ? 'machine_click' : undefined
}

/** An id for what has none of its own: `seed`, and a digest of all that tells it from others. No address can be read from it. */
export function idOf(seed: unknown, type: string, ...parts: unknown[]): string {
  return `${typeof seed === 'string' ? seed : ''}:${type}:${hash('sha256', JSON.stringify(parts), 'hex').slice(0, 24)}`
}

/** Seconds since 1970, whole or not, as ms; anything else as it is, for validation to name. */
export function seconds(value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1_000) : value
}

/** An event whose kind is not even said. */
export function unnamed(field: string, value: unknown): Refused {
  return refuse(400, 'invalid', `${field}: must be the name of an event, is ${kindOf(value)}`)
}

import type { IncomingHttpHeaders } from 'node:http'
import { type Outcome, ok, type Refused, refuse } from '@hotlead/beacon'

/** A webhook as it came. What is signed is these very bytes. */
export interface SignedRequest {
  headers: IncomingHttpHeaders
  body: Buffer
  /** ms since 1970 by our clock */
  receivedAt: number
}

/** Nobody has signed this. What is wrong is said only as far as the request itself shows it. */
export function unsigned(problem: string): Refused {
  return refuse(401, 'unauthorized', problem)
}

/** The same whether there is no such source, it has no secret of this provider, or another one. */
export const NOT_OURS =
  'signature: does not fit this source, or there is no such source with webhooks of this provider'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/**
 * How old a signed time may be: as long as the provider tries again, which it may do with the signature of the first time,
 * and an hour for clocks and queues. After that a copy of a request is worth nothing.
 */
export const MAX_AGE = {
  /** Tries for 24 hours. https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/troubleshooting */
  sendgrid: 25 * HOUR,
  /** Tries for 8 hours. https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-retries */
  mailgun: 9 * HOUR,
  /** Tries for an hour at most. https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html */
  ses: 2 * HOUR,
} as const
/** How far a signed time may be ahead of our clock. */
export const MAX_AHEAD = 5 * MINUTE

/** @param at when it was signed, in ms since 1970 */
export function fresh(at: number, receivedAt: number, maxAge: number): Outcome<undefined> {
  if (at > receivedAt + MAX_AHEAD)
    return unsigned(`timestamp: must be at most ${MAX_AHEAD / MINUTE} minutes ahead of our clock`)
  if (at < receivedAt - maxAge)
    return unsigned(`timestamp: must be at most ${maxAge / HOUR} hours old: send the event again`)
  return ok(undefined)
}

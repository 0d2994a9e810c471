import { hash, timingSafeEqual } from 'node:crypto'
import { type Outcome, ok } from '@hotlead/beacon'
import { NOT_OURS, type SignedRequest, unsigned } from './signed.ts'

/**
 * Postmark signs nothing: it sends the `user:password` that stands in the webhook's URL by Basic auth.
 * https://postmarkapp.com/developer/webhooks/webhooks-overview#protecting-your-webhook
 */
export function postmarkKnown(logins: readonly string[], { headers }: SignedRequest): Outcome<undefined> {
  const basic = /^basic +([A-Za-z0-9+/_=-]+) *$/i.exec(headers.authorization ?? '')?.[1]
  if (basic === undefined)
    return unsigned('authorization: must be Basic: put user:password@ before the host of the webhook’s URL')
  const login = Buffer.from(basic, 'base64').toString('utf8')
  return loginFits(logins, login) ? ok(undefined) : unsigned(NOT_OURS)
}

/** In a time that tells nothing about the logins, not even their length. */
export function loginFits(logins: readonly string[], login: string): boolean {
  const given = hash('sha256', login, 'buffer')
  let fits = false
  for (const one of logins) fits = timingSafeEqual(hash('sha256', one, 'buffer'), given) || fits
  return fits
}

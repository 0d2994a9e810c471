import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { type Outcome, ok } from '@hotlead/beacon'
import { fresh, MAX_AGE, NOT_OURS, type SignedRequest, unsigned } from './signed.ts'
import type { Tokens } from './tokens.ts'

interface Signature {
  timestamp: string
  token: string
  /** By the key of the domain's own account, and by that of the account above it where there is one. */
  signatures: string[]
}

/**
 * Mailgun's signature: HMAC-SHA256 over timestamp and token, both in the body, of which it covers nothing else. So a token
 * is good for one body: whoever overheard one cannot say something else with it, and the same body again is a second try.
 * https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks
 */
export function mailgunSigned(
  keys: readonly string[],
  tokens: Tokens,
  { body, receivedAt }: SignedRequest,
): Outcome<undefined> {
  const said = signatureIn(body)
  if (said === undefined)
    return unsigned('signature: the body must be JSON with signature.timestamp, .token and .signature')
  const at = Number(said.timestamp) * 1_000
  const time = fresh(at, receivedAt, MAX_AGE.mailgun)
  if (time.kind !== 'ok') return time
  if (!said.signatures.some(signature => hmacFits(keys, said.timestamp, said.token, signature)))
    return unsigned(NOT_OURS)
  return tokens.claim(said.token, hash('sha256', body, 'base64'), at)
    ? ok(undefined)
    : unsigned('signature.token: was used before, for something else')
}

/** Whether the signature, in hexadecimal digits, is by one of the keys. */
export function hmacFits(
  keys: readonly string[],
  timestamp: string,
  token: string,
  signature: string,
): boolean {
  const given = Buffer.from(signature)
  return keys.some(key => {
    const own = Buffer.from(
      createHmac('sha256', key)
        .update(timestamp + token)
        .digest('hex'),
    )
    return own.length === given.length && timingSafeEqual(own, given)
  })
}

function signatureIn(body: Buffer): Signature | undefined {
  let said: unknown
  try {
    said = (JSON.parse(body.toString('utf8')) as { signature?: unknown } | null)?.signature
  } catch {
    return undefined
  }
  const { timestamp, token, signature, 'parent-signature': parent } = (said ?? {}) as Record<string, unknown>
  const time = typeof timestamp === 'number' ? String(timestamp) : timestamp
  // Tokens are 50 characters long. What is longer is not remembered, so it is not taken.
  if (typeof time !== 'string' || !/^\d{1,12}$/.test(time)) return undefined
  if (typeof token !== 'string' || token === '' || token.length > 100) return undefined
  const signatures = [signature, parent].filter(s => typeof s === 'string')
  return { timestamp: time, token, signatures }
}

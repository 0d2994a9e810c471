import { deadLetter, type Outcome, ok } from '../outcome.ts'
import { millis } from '../time.ts'
import type { Valid } from './validate.ts'

const MINUTE = 60_000
/** Clocks of clients are taken to be off by whole multiples of this: a healthy one is off by none. */
export const SKEW_STEP = 5 * MINUTE
export const MAX_AHEAD = 5 * MINUTE
export const MAX_AGE = 24 * 60 * MINUTE

export interface Timed extends Valid {
  at: number
  timestamp: number | null
  sentAt: number | null
}

/** When the event happened: the client's time less what its clock is off by, as its own sentAt shows. */
export function skew() {
  return function skew(valid: Valid): Outcome<Timed> {
    const { message, admitted } = valid
    const { receivedAt } = admitted.beacon
    const timestamp = maybeMillis(message.timestamp ?? message.originalTimestamp)
    const sentAt = maybeMillis(message.sentAt)
    const at = timeOf(timestamp, sentAt, receivedAt)
    if (at < receivedAt - MAX_AGE && !admitted.source.secret)
      return deadLetter(
        'too_old',
        `timestamp: is ${new Date(at).toISOString()}, more than 24 h before it came: history needs a secret key`,
      )
    return ok({ ...valid, at, timestamp, sentAt })
  }
}

/** Pure: all in ms since 1970. */
export function timeOf(timestamp: number | null, sentAt: number | null, receivedAt: number): number {
  if (timestamp === null) return receivedAt
  const off = sentAt === null ? 0 : Math.round((sentAt - receivedAt) / SKEW_STEP) * SKEW_STEP
  const at = timestamp - off
  return at > receivedAt + MAX_AHEAD ? receivedAt : at
}

function maybeMillis(time: string | number | null | undefined): number | null {
  return time === null || time === undefined ? null : millis(time)
}

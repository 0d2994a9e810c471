/** Why something was not taken as it is. Closed: these are also label values of metrics and of dead letters. */
export const REASONS = [
  'malformed',
  'too_large',
  'invalid',
  'no_identity',
  'too_old',
  'unauthorized',
  'origin',
  'socket_limit',
  'overloaded',
  'unavailable',
  'rate_limited',
  'not_found',
  'internal',
] as const
export type Reason = (typeof REASONS)[number]

/** What a step makes of its input. `refuse` ends in an answer, `deadLetter` in a record of that topic. */
export type Outcome<T> = Ok<T> | Refused | DeadLetter
export interface Ok<T> {
  kind: 'ok'
  value: T
}
export interface Refused {
  kind: 'refuse'
  status: 400 | 401 | 404 | 405 | 413 | 429 | 500 | 503
  reason: Reason
  problems: string[]
  /** Seconds after which the client should come again, where that is known. */
  retryAfter?: number
}
export interface DeadLetter {
  kind: 'deadLetter'
  reason: Reason
  problems: string[]
}

export function ok<T>(value: T): Ok<T> {
  return { kind: 'ok', value }
}

export function refuse(status: Refused['status'], reason: Reason, ...problems: string[]): Refused {
  return { kind: 'refuse', status, reason, problems }
}

export function deadLetter(reason: Reason, ...problems: string[]): DeadLetter {
  return { kind: 'deadLetter', reason, problems }
}

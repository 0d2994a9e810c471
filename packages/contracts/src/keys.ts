import { createHmac } from 'node:crypto'

/** Who a record is about: `v:` + anonymous id of a visitor, or `l:` + keyed hash of a known lead. */
export type Subject = string

/** Values that broken trackers send for "nobody": accepting one would merge strangers into one lead. */
const PLACEHOLDERS = new Set([
  '',
  '0',
  '-1',
  'anonymous',
  'anon',
  'guest',
  'user',
  'null',
  'nil',
  'none',
  'undefined',
  'nan',
  'unknown',
  'test',
  'true',
  'false',
  '[object object]',
  'n/a',
  'na',
  '00000000-0000-0000-0000-000000000000',
])

/** Whether an id names nobody, whatever its case or padding. */
export function isPlaceholder(id: string): boolean {
  return PLACEHOLDERS.has(id.trim().toLowerCase())
}

export function visitorSubject(anonymousId: string): Subject {
  return `v:${anonymousId}`
}

/**
 * The lead of an e-mail address, else of a user id: HMAC-SHA-256 under the workspace's secret, 22 characters of
 * base64url (132 bits), so that keys in Kafka and Redis do not show addresses.
 */
export function leadSubject(secret: string, who: { email: string } | { userId: string }): Subject {
  const text = 'email' in who ? `email:${who.email.trim().toLowerCase()}` : `user:${who.userId.trim()}`
  return `l:${createHmac('sha256', secret).update(text).digest('base64url').slice(0, 22)}`
}

/** Record key `workspace/subject`. A workspace's name has no slash (the configuration refuses one). */
export function keyOf(workspace: string, subject: Subject): string {
  return `${workspace}/${subject}`
}

export function splitKey(key: string): { workspace: string; subject: Subject } {
  const slash = key.indexOf('/')
  return { workspace: key.slice(0, slash), subject: key.slice(slash + 1) }
}

/** Key of what belongs to a partition and to no lead: its clock mark, ticks and controls. */
export const PARTITION_KEY = '#'

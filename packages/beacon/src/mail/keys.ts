import { createHmac } from 'node:crypto'

/** What all workspaces' keys of one id come from. Only the edge and the command line know it. */
export interface MailSecret {
  id: string
  secret: string
}

/** What one workspace's mails are signed with. Its mail tool may know it: it is good for no other workspace. */
export interface MailKey {
  id: string
  key: string
}

/** Those that are set, the first of which signs; else the installation's own secret, under the id 0. */
export function mailSecrets(config: {
  HOTLEAD_MAIL_KEYS: readonly MailSecret[]
  HOTLEAD_SECRET: string
}): readonly [MailSecret, ...MailSecret[]] {
  const [first, ...others] = config.HOTLEAD_MAIL_KEYS
  return first ? [first, ...others] : [{ id: '0', secret: config.HOTLEAD_SECRET }]
}

/** HMAC-SHA256 as base64url, 43 characters. */
export function hmac(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}

/** Nobody's lead is hashed from a text that begins so (`leadSubject` has `email:` and `user:`), so one secret serves both. */
export function mailKey({ id, secret }: MailSecret, workspace: string): MailKey {
  return { id, key: hmac(secret, `mail:${workspace}`) }
}

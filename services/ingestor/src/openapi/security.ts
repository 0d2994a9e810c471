import type { Security } from './operation.ts'

/** The ways in which a key comes. */
export const SECURITY_SCHEMES = {
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'The key as the user, without a password: `curl -u wk_demo:`',
  },
  bearer: { type: 'http', scheme: 'bearer', description: 'The key as it is' },
  header: { type: 'apiKey', in: 'header', name: 'X-Write-Key' },
  query: {
    type: 'apiKey',
    in: 'query',
    name: 'writeKey',
    description: 'Write keys only: logs and proxies keep URLs, so a secret key there is refused',
  },
  postmark: {
    type: 'http',
    scheme: 'basic',
    description: 'What the source has under `webhooks.postmark.login`',
  },
} as const

/** A secret key: never in a URL, never from a browser. */
export const SECRET_KEY: Security = [{ basic: [] }, { bearer: [] }, { header: [] }]
/** Any key. */
export const KEY: Security = [...SECRET_KEY, { query: [] }]
/** Any key, which the body (or the event itself) may name instead. */
export const KEY_OR_BODY: Security = [...KEY, {}]
export const POSTMARK_LOGIN: Security = [{ postmark: [] }]
export const OPEN: Security = []

/**
 * What a key may stand for, the likeliest first: itself, as Jitsu's have the form `id:secret`; else what is before its
 * colon. The rest is a password, which no key of ours needs, but Jitsu's clients refuse a key without one.
 */
export function readingsOf(key: string): string[] {
  const colon = key.indexOf(':')
  return colon < 0 ? [key] : [key, key.slice(0, colon)]
}

/** The key of a request, and whether its URL has it. */
export interface SentKey {
  key: string | undefined
  /** Access logs, proxies, histories and referrers keep URLs: what stands there is public. */
  keyInUrl: boolean
}

/** The key of a request by Basic auth (`key:`), Bearer, X-Write-Key or the query; the body's is read later. */
export function keyOfRequest(
  headers: Record<string, string | string[] | undefined>,
  query: Record<string, unknown>,
): SentKey {
  const key = keyOfHeaders(headers)
  if (key !== undefined) return { key, keyInUrl: false }
  const inQuery = query.writeKey
  return typeof inQuery === 'string' && inQuery !== ''
    ? { key: inQuery, keyInUrl: true }
    : { key: undefined, keyInUrl: false }
}

function keyOfHeaders(headers: Record<string, string | string[] | undefined>): string | undefined {
  const { authorization } = headers
  if (authorization !== undefined) {
    const text = String(authorization)
    if (/^basic /i.test(text)) {
      return Buffer.from(text.slice(6).trim(), 'base64').toString('utf8').replace(/:$/, '')
    }
    if (/^bearer /i.test(text)) return text.slice(7).trim()
  }
  const header = headers['x-write-key']
  return typeof header === 'string' && header !== '' ? header : undefined
}

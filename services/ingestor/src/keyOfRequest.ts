/**
 * What a key may stand for, the likeliest first: itself, as Jitsu's have the form `id:secret`; else what is before its
 * colon. The rest is a password, which no key of ours needs, but Jitsu's clients refuse a key without one.
 */
export function readingsOf(key: string): string[] {
  const colon = key.indexOf(':')
  return colon < 0 ? [key] : [key, key.slice(0, colon)]
}

/** The key of a request by Basic auth (`key:`), Bearer, X-Write-Key or the query; the body's is read later. */
export function keyOfRequest(
  headers: Record<string, string | string[] | undefined>,
  query: Record<string, unknown>,
): string | undefined {
  const { authorization } = headers
  if (authorization !== undefined) {
    const text = String(authorization)
    if (/^basic /i.test(text)) {
      return Buffer.from(text.slice(6).trim(), 'base64').toString('utf8').replace(/:$/, '')
    }
    if (/^bearer /i.test(text)) return text.slice(7).trim()
  }
  const header = headers['x-write-key']
  if (typeof header === 'string' && header !== '') return header
  return typeof query.writeKey === 'string' && query.writeKey !== '' ? query.writeKey : undefined
}

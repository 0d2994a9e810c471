/** The key of a request by Basic auth (`key:`), Bearer, X-Write-Key or the query; the body's is read later. */
export function keyOfRequest(
  headers: Record<string, string | string[] | undefined>,
  query: Record<string, unknown>,
): string | undefined {
  const { authorization } = headers
  if (authorization !== undefined) {
    const text = String(authorization)
    if (/^basic /i.test(text)) {
      const decoded = Buffer.from(text.slice(6).trim(), 'base64').toString('utf8')
      const colon = decoded.indexOf(':')
      return colon < 0 ? decoded : decoded.slice(0, colon)
    }
    if (/^bearer /i.test(text)) return text.slice(7).trim()
  }
  const header = headers['x-write-key']
  if (typeof header === 'string' && header !== '') return header
  return typeof query.writeKey === 'string' && query.writeKey !== '' ? query.writeKey : undefined
}

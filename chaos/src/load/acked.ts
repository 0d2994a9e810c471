import type { Request } from './request.ts'

/**
 * What a request's 2xx says, in the form that chaos/check/acked.mjs reads. An event that stands in several requests has
 * a line of each, and the checker adds up how often it went out.
 * @param sent tries of this request that may have reached the log
 */
export function ackedLines({ ids, invalid }: Pick<Request, 'ids' | 'invalid'>, sent: number): string[] {
  const poison = invalid.map(event => ({ poison: Buffer.from(event).toString('base64') }))
  // Always with `sent`: without it the checker knows no bound, and an event written twice would pass.
  return [...ids.map(id => ({ id, sent })), ...poison].map(line => `${JSON.stringify(line)}\n`)
}

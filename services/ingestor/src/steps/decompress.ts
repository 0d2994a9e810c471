import { gunzipSync } from 'node:zlib'
import { MAX_BATCH_BYTES, type Outcome, ok, refuse } from '@hotlead/beacon'
import type { Keyed } from './admit.ts'

/**
 * Inflates gzip, by its header or by its first two bytes (sendBeacon cannot set headers). Inflating stops at the batch
 * limit, so a bomb of any size costs as much as a full batch: 500 KB and about 1 ms. Synchronous, since a hop through
 * the thread pool costs more than most bodies.
 */
export function decompress() {
  return function decompress(keyed: Keyed): Outcome<Keyed> {
    const { body, encoding } = keyed.beacon
    const gzip = encoding === 'gzip' || encoding === 'x-gzip' || (body[0] === 0x1f && body[1] === 0x8b)
    if (!gzip) {
      if (encoding === undefined || encoding === '' || encoding === 'identity') return ok(keyed)
      return refuse(
        400,
        'malformed',
        `content-encoding: must be gzip or identity, is ${encoding.slice(0, 40)}`,
      )
    }
    try {
      const inflated = gunzipSync(body, { maxOutputLength: MAX_BATCH_BYTES + 1 })
      return ok({ ...keyed, beacon: { ...keyed.beacon, body: inflated } })
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ERR_BUFFER_TOO_LARGE')
        return refuse(400, 'too_large', `body: inflates to more than ${MAX_BATCH_BYTES} bytes`)
      return refuse(400, 'malformed', `body: is not gzip (${message})`)
    }
  }
}

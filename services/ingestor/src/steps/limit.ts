import { type Admitted, type Outcome, ok, refuse, type Source } from '@hotlead/beacon'

/** A page that was left in the background, or an SDK that was offline, may catch up by this much at once. */
const BURST_SECONDS = 10

/**
 * Token bucket per browser key whose source names a rate (events a second): such a key is public, and whoever reads it
 * could fill the log. A request passes while anything is left and may run into debt by its own size, so that a batch
 * larger than the bucket is delayed and not refused for ever. Secret keys are not limited: imports come by them.
 */
export function limit() {
  const buckets = new Map<Source, { left: number; at: number }>()
  return function limit(admitted: Admitted): Outcome<Admitted> {
    const { source, beacon, events } = admitted
    const rate = source.eventsPerSecond
    if (rate === undefined || source.secret) return ok(admitted)
    const size = rate * BURST_SECONDS
    const bucket = buckets.get(source) ?? { left: size, at: beacon.receivedAt }
    buckets.set(source, bucket)
    // A wall clock that is set back gives nothing and takes nothing.
    const passed = Math.max(0, beacon.receivedAt - bucket.at) / 1_000
    bucket.left = Math.min(size, bucket.left + passed * rate)
    bucket.at = beacon.receivedAt
    if (bucket.left > 0) {
      bucket.left -= events.length
      return ok(admitted)
    }
    return {
      ...refuse(
        429,
        'rate_limited',
        `more than ${rate} events a second came by this key: send this again later`,
      ),
      retryAfter: Math.max(1, Math.ceil(-bucket.left / rate)),
    }
  }
}

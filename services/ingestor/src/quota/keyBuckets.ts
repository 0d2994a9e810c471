import type { Limit } from '@hotlead/beacon'
import { RecentlyUsed } from '../recentlyUsed.ts'
import { type Bucket, fullBucket, refill } from './bucket.ts'

/**
 * Record keys that are looked after at one time, each 270 bytes: 14 MB. A key that is forgotten begins anew, but a hot one
 * comes several times a second: only at 125,000 events a second do 25,000 others come between.
 */
const MAX_KEYS = 50_000

/** What is limited of a key, each by a bucket of its own. */
type Kind = 'events' | 'pages'

/**
 * Token buckets per record key (a lead or visitor): whether an event comes over one. What does is taken from the bucket too,
 * down to a debt of as much as it holds, so a key stays over until its flood has been past for as long as an empty
 * bucket takes to fill. Each ingestor has buckets of its own: a key spread over N of them may bring N times as much.
 */
export class KeyBuckets {
  readonly #kept = new RecentlyUsed<Partial<Record<Kind, Bucket>>>(MAX_KEYS)
  readonly #now: () => number
  /** The key that was asked for last: looking for it is what costs (2 µs among 50,000), and an event asks twice. */
  #lastKey = ''
  #last: Partial<Record<Kind, Bucket>> = {}

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Whether this event, or page, of a key is over its limit; it is taken from the bucket either way. */
  isOver(key: string, kind: Kind, limit: Limit): boolean {
    if (key !== this.#lastKey) {
      this.#last = this.#kept.use(key, () => ({}))
      this.#lastKey = key
    }
    const at = this.#now()
    this.#last[kind] ??= fullBucket(limit, at)
    const bucket = this.#last[kind]
    refill(bucket, limit, at)
    const isOver = bucket.left < 1
    bucket.left = Math.max(-limit.burst, bucket.left - 1)
    return isOver
  }
}

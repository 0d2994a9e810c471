import type { Limit } from '@hotlead/beacon'
import { RecentlyUsed } from '../recentlyUsed.ts'
import { type Bucket, fullBucket, refill } from './bucket.ts'

/**
 * Record keys that are looked after at one time, each 250 bytes: 12 MB. A key that is forgotten begins anew, but a hot one
 * comes several times a second: only at 125,000 events a second do 25,000 others come between.
 */
const MAX_KEYS = 50_000

/**
 * A token bucket per record key (a lead or visitor): whether an event comes over it. What does is taken from the bucket too,
 * down to a debt of as much as it holds, so a key stays over until its flood has been past for as long as an empty
 * bucket takes to fill. Each ingestor has buckets of its own: a key spread over N of them may bring N times as much.
 */
export function keyBuckets(limit: Limit, now: () => number): (key: string) => boolean {
  const buckets = new RecentlyUsed<Bucket>(MAX_KEYS)
  return key => {
    const at = now()
    const bucket = buckets.use(key, () => fullBucket(limit, at))
    refill(bucket, limit, at)
    const isOver = bucket.left < 1
    bucket.left = Math.max(-limit.burst, bucket.left - 1)
    return isOver
  }
}

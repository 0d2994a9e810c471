import { type Identified, type Limit, type Outcome, ok } from '@hotlead/beacon'
import { type Bucket, fullBucket, refill } from '../quota/bucket.ts'
import { RecentlyUsed } from '../recentlyUsed.ts'

/**
 * Record keys that are looked after at one time, each 250 bytes: 12 MB. A key that is forgotten begins anew, but a hot one
 * comes several times a second: only at 125,000 events a second do 25,000 others come between.
 */
const MAX_KEYS = 50_000

/**
 * Hot keys: a token bucket per record key (a lead or visitor). What comes over it is kept like everything, and flagged,
 * so it scores 0: a script that calls itself by one name could else make that lead HOT, or hide behind it. Flagged events
 * are taken from the bucket too, down to a debt of as much as it holds, so a key stays hot until its flood has been over
 * for as long as an empty bucket takes to fill. By secret keys come imports and servers that catch up: they are exempt.
 * Each ingestor has buckets of its own: a key spread over N of them may bring N times as much.
 * @param limit undefined: nothing is hot
 */
export function heat(
  limit: Limit | undefined,
  count: () => void,
  now: () => number = () => performance.now(),
) {
  const buckets = new RecentlyUsed<Bucket>(MAX_KEYS)
  return function heat(identified: Identified): Outcome<Identified> {
    if (limit === undefined || identified.admitted.source.secret) return ok(identified)
    const at = now()
    const bucket = buckets.use(identified.key, () => fullBucket(limit, at))
    refill(bucket, limit, at)
    const isHot = bucket.left < 1
    bucket.left = Math.max(-limit.burst, bucket.left - 1)
    if (!isHot) return ok(identified)
    count()
    return ok({ ...identified, flags: [...identified.flags, 'hot_key'] })
  }
}

import type { Limit } from '@hotlead/beacon'

/**
 * A token bucket: as many events as are left in it may come at once, and `rate` a second flow back, up to `burst`. One
 * who takes may run into debt by one request's size, so a batch larger than the bucket is delayed and not refused for
 * ever.
 */
export interface Bucket {
  /** Events; below 0: a debt. */
  left: number
  /** ms of the clock that its owner uses. */
  at: number
}

export function fullBucket(limit: Limit, now: number): Bucket {
  return { left: limit.burst, at: now }
}

/** What flowed back since. A clock that is set back gives nothing and takes nothing. */
export function refill(bucket: Bucket, limit: Limit, now: number): void {
  bucket.left = refilled(bucket, limit, now)
  bucket.at = now
}

/** What is in a bucket by now. */
export function refilled({ left, at }: Readonly<Bucket>, limit: Limit, now: number): number {
  const passed = Math.max(0, now - at) / 1_000
  return Math.min(limit.burst, left + passed * limit.rate)
}

/** ms until a whole event is in it again; 0: one is. */
export function waitOf({ left }: Bucket, limit: Limit): number {
  return left >= 1 ? 0 : Math.max(1, Math.ceil(((1 - left) / limit.rate) * 1_000))
}

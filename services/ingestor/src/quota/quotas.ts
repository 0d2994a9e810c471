import type { Limit } from '@hotlead/beacon'
import { RecentlyUsed } from '../recentlyUsed.ts'
import { type Bucket, fullBucket, refill, waitOf } from './bucket.ts'
import type { SharedBuckets } from './sharedBuckets.ts'

/** A bucket that a request takes from, by a name that all ingestors use for it. */
export interface Charge {
  name: string
  limit: Limit
}

export interface QuotaOptions {
  shared: SharedBuckets
  /** The shared buckets do not answer; called once until they do again. */
  onAway(error: Error): void
  onBack(): void
  /** ms of a clock that only goes forward */
  now?: () => number
}

/** What this process knows of one bucket. 200 bytes. */
interface Known {
  /** As if this process were the only one: what holds while the shared bucket is away. */
  own: Bucket
  /** Events taken from the shared bucket and not used yet; below 0: let through and not reported to it yet. */
  ahead: number
  /** The shared bucket has nothing until then. */
  emptyUntil: number
  isAsking: boolean
}

/** Of 200 bytes: 20 MB. One that is forgotten is full for this process when its key comes again. */
const MAX_BUCKETS = 100_000
/** Part of a second's events that is taken ahead at once: a bucket used at its rate costs five questions a second. */
const CHUNK_SECONDS = 0.2
/** ms after which shared buckets that did not answer are asked again. */
const AGAIN = 1_000

/**
 * Quotas that all ingestors share, without a question to Redis on a request's way. Each process takes events ahead in
 * chunks and asks for more before they are used up; a request is refused once Redis has said that nothing is left, or by
 * the process's own bucket, which has the whole quota.
 *
 * What that allows: between a bucket's end and the answer that says so (a round trip, about 1 ms) events pass; they are
 * reported with the next question and paid back, so in the long run no more than the rate comes. A process that falls
 * idle keeps its chunk: the others have that much less of the burst, once. With Redis away each process allows the whole
 * quota, so N of them up to N times as much; what passed then is not charged later.
 */
export class Quotas {
  readonly #known = new RecentlyUsed<Known>(MAX_BUCKETS)
  readonly #options: QuotaOptions
  readonly #now: () => number
  #isAway = false
  #askAgainAt = 0

  constructor(options: QuotaOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Whether each process is left to itself at present. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** Takes `events` from every bucket, or from none. @returns ms to wait; 0: taken */
  take(charges: readonly Charge[], events: number): number {
    const now = this.#now()
    const all = charges.map(charge => ({ ...charge, known: this.#knownOf(charge, now) }))
    for (const { known, limit } of all) {
      refill(known.own, limit, now)
      const wait = Math.max(waitOf(known.own, limit), known.ahead > 0 ? 0 : known.emptyUntil - now)
      if (wait > 0) return wait
    }
    for (const { name, limit, known } of all) {
      known.own.left -= events
      known.ahead -= events
      const needsMore = known.ahead < chunkOf(limit) / 2 && now >= known.emptyUntil
      if (needsMore && !known.isAsking) void this.#ask(name, limit, known)
    }
    return 0
  }

  #knownOf({ name, limit }: Charge, now: number): Known {
    return this.#known.use(name, () => ({
      own: fullBucket(limit, now),
      ahead: 0,
      emptyUntil: 0,
      isAsking: false,
    }))
  }

  async #ask(name: string, limit: Limit, known: Known): Promise<void> {
    if (this.#isAway) {
      known.ahead = 0
      if (this.#now() < this.#askAgainAt) return
      this.#askAgainAt = this.#now() + AGAIN
    }
    known.isAsking = true
    const spent = Math.max(0, -known.ahead)
    try {
      const { granted, wait } = await this.#options.shared.take(name, limit, spent, chunkOf(limit))
      known.ahead += spent + granted
      known.emptyUntil = wait > 0 ? this.#now() + wait : 0
      if (this.#isAway) this.#options.onBack()
      this.#isAway = false
    } catch (error) {
      known.ahead = 0
      this.#askAgainAt = this.#now() + AGAIN
      if (!this.#isAway) this.#options.onAway(error as Error)
      this.#isAway = true
    } finally {
      known.isAsking = false
    }
  }
}

/** Never more than a tenth of the burst, which would be missing to the others; whole events. */
function chunkOf({ rate, burst }: Limit): number {
  return Math.max(1, Math.floor(Math.min(rate * CHUNK_SECONDS, burst / 10)))
}

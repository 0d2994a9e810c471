import { randomInt } from 'node:crypto'
import type { Limit } from '@hotlead/beacon'
import { refilled } from './bucket.ts'

/** Sets of eight places; a key has its set by its hash. */
const SETS = 8_192
const WAYS = 8
const PLACES = SETS * WAYS
/** Bits that a hash is shifted by to name a set. */
const SHIFT = 32 - Math.log2(SETS)

/** What is limited of a key, each by a bucket of its own. */
const KINDS = ['events', 'pages'] as const
type Kind = (typeof KINDS)[number]

/**
 * Token buckets per record key (a lead or visitor): whether an event comes over one. What does is taken from the bucket too,
 * down to a debt of as much as it holds, so a key stays over until its flood has been past for as long as an empty
 * bucket takes to fill. Each ingestor has buckets of its own: a key spread over N of them may bring N times as much.
 *
 * 65,536 keys in 2.9 MB, whatever comes: eight in a set, and the ninth takes the place of the one that came last longest ago,
 * which begins anew. A hot key comes several times a second: for it to go, eight others of its set must come in between, of
 * 8,192 sets. A map of 50,000 took 14 MB and 2.0 µs an event instead of 0.9, since its entries lie all over the memory. Two keys with
 * both hashes in common share their buckets: one pair in 2^45. The hashes have a seed, so nobody can choose keys that push
 * another out.
 */
export class KeyBuckets {
  readonly #now: () => number
  readonly #seed = randomInt(2 ** 32)
  /** The second hash of the key that has a place; 0: nobody has it. */
  readonly #tags = new Uint32Array(PLACES)
  /** When it came last, in ms of `now`. */
  readonly #cameAt = new Float64Array(PLACES).fill(Number.NEGATIVE_INFINITY)
  /** By place and kind, as in `Bucket`; `at` is NaN where nothing has been taken yet. */
  readonly #left = new Float64Array(PLACES * KINDS.length)
  readonly #at = new Float64Array(PLACES * KINDS.length)
  /** The key that was asked for last: an event asks twice. */
  #lastKey: string | undefined
  #lastPlace = 0

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Whether this event, or page, of a key is over its limit; it is taken from the bucket either way. */
  isOver(key: string, kind: Kind, limit: Limit): boolean {
    const now = this.#now()
    if (key !== this.#lastKey) {
      this.#lastPlace = this.#placeOf(key)
      this.#lastKey = key
    }
    this.#cameAt[this.#lastPlace] = now
    const i = this.#lastPlace * KINDS.length + KINDS.indexOf(kind)
    const [left, at] = [this.#left[i] as number, this.#at[i] as number]
    const there = Number.isNaN(at) ? limit.burst : refilled({ left, at }, limit, now)
    this.#left[i] = Math.max(-limit.burst, there - 1)
    this.#at[i] = now
    return there < 1
  }

  #placeOf(key: string): number {
    let set = this.#seed
    let tag = ~this.#seed
    for (let i = 0; i < key.length; i++) {
      const c = key.charCodeAt(i)
      set = Math.imul(set ^ c, 0x9e3779b1)
      tag = Math.imul(tag + c, 0x85ebca6b) ^ (tag >>> 13)
    }
    const first = (Math.imul(set ^ (set >>> 15), 0x2c1b3c6d) >>> SHIFT) * WAYS
    const own = tag >>> 0 || 1
    let oldest = first
    for (let place = first; place < first + WAYS; place++) {
      if (this.#tags[place] === own) return place
      if ((this.#cameAt[place] as number) < (this.#cameAt[oldest] as number)) oldest = place
    }
    this.#tags[oldest] = own
    this.#at.fill(Number.NaN, oldest * KINDS.length, (oldest + 1) * KINDS.length)
    return oldest
  }
}

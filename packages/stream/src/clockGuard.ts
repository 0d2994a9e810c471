import type { LogRecord } from '@hotlead/kafka'
import { RefusedError } from './errors.ts'
import type { Millis } from './processor.ts'

/** A clock that leaps further than this while the owner was watching is a broker's mistake, not silence. */
const MAX_LEAP: Millis = 60 * 60 * 1000

/**
 * Rule 1: a leap that no silence explains would cool every lead at once. Judged by the broker's own times, and from
 * when the newest record can have been appended at the earliest: an owner that starts, or was stopped, sees old
 * records late, and what it sees at the log's end may be of yesterday.
 */
export class ClockGuard {
  readonly #name: string
  readonly #monotonic: () => number
  /** The broker's time of the newest record. */
  #newest: Millis = 0
  /** Monotonic ms from which on that record was appended; undefined where this owner did not watch the log's end then. */
  #newestSince: number | undefined
  /** Monotonic ms from which on the log's end was seen, with nothing after it; undefined while this owner catches up. */
  #endSeenAt: number | undefined
  /** Monotonic ms at which the last batch was done, and so before the next was asked for. */
  #doneAt: number

  /** @param name of the source partition, for people @param monotonic ms of a clock that nobody sets */
  constructor(name: string, monotonic: () => number) {
    this.#name = name
    this.#monotonic = monotonic
    this.#doneAt = monotonic()
  }

  /** Before a batch is folded. @throws RefusedError */
  check(records: readonly LogRecord[]): void {
    if (records.length === 0) return
    const since = this.#newestSince
    for (const { timestamp, offset } of records) {
      const leap = timestamp - this.#newest
      const watched = since === undefined ? Number.POSITIVE_INFINITY : this.#monotonic() - since
      if (leap > MAX_LEAP && leap > watched + MAX_LEAP)
        throw new RefusedError(
          `the clock of ${this.#name} leaps by ${Math.round(leap / 60_000)} minutes at offset ` +
            `${offset} though this owner saw it move ${Math.round(watched / 1000)} s ago: folding on would cool every ` +
            'lead at once. Mend the broker’s clock, then restart: an owner that starts after the leap takes it as silence',
        )
      this.#newest = Math.max(this.#newest, timestamp)
    }
    this.#newestSince = this.#endSeenAt
  }

  /** After a batch. @param atEnd whether the fetch that gave it saw the log's end */
  done(atEnd: boolean): void {
    this.#endSeenAt = atEnd ? this.#doneAt : undefined
    this.#doneAt = this.#monotonic()
  }
}

import { namedByLetter } from '@hotlead/beacon'
import {
  type Activity,
  bringsForgotten,
  type Codec,
  type Forgotten,
  isForgotten,
  keyOf,
  splitKey,
} from '@hotlead/contracts'
import type { NewRecord, Sent } from '../sink.ts'

/** ms that what is on the disk waits for an answer that is not there: a restart of Redis takes less. */
const WAIT = 10_000
/** ms without a failure after which answers are relied on again: one half of a cluster that is away waits once and not again and again. */
const CALM = 30_000

/** What became of records from the disk; `erased`: nothing was left to be sent, which says nothing of Kafka. */
export type Replayed = Sent | 'erased'

/** Whether they may go from the disk. */
export function isDone(replayed: Replayed): boolean {
  return replayed === 'acked' || replayed === 'erased'
}

export interface UnforgottenOptions {
  /** Those of the keys that were forgotten; rejects within a second or so where nobody can tell. */
  keys: {
    among(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, Forgotten>>
    close(): void
  }
  /** Into Kafka. */
  submit(records: NewRecord[]): Promise<Sent>
  codec: Pick<Codec<Activity>, 'decode'>
  deadLetter: string
  /** By which leads are named. */
  secret: string
  observe: {
    /** Records from the disk that are in Kafka. */
    replayed(records: number): void
    /** Records that go with the disk's file. */
    erased(records: number): void
    /** Nobody could tell for so long that records went without a look; and that it can be told again. */
    blind(error: Error): void
    seeing(): void
  }
}

/**
 * The way from the disk to the log, which leaves out what brings what was forgotten, that nobody would count there, and dead
 * letters that name somebody who was forgotten since they came. What lies in a spool can still be erased; in the log it
 * would stay until retention.
 */
export class Unforgotten {
  readonly #o: UnforgottenOptions
  /** The first time that nobody could tell, since Kafka takes records, and the last. */
  #failing: { since: number; last: number } | undefined
  #isBlind = false

  constructor(o: UnforgottenOptions) {
    this.#o = o
  }

  /**
   * While nobody can tell who was forgotten it is `unavailable`, as while Kafka is away; but not for longer than 10 s in
   * which Kafka would have taken records.
   */
  async send(records: NewRecord[]): Promise<Replayed> {
    const { observe } = this.#o
    let left = records
    let error: Error | undefined
    try {
      left = await this.#left(records)
    } catch (cause) {
      if (this.#isToWait()) return 'unavailable'
      error = cause as Error
    }
    if (left.length > 0) {
      const sent = await this.#o.submit(left)
      if (sent !== 'acked') {
        this.#failing = undefined
        return sent
      }
      observe.replayed(left.length)
      if (error) this.#blind(error)
    }
    observe.erased(records.length - left.length)
    return left.length > 0 ? 'acked' : 'erased'
  }

  close(): void {
    this.#o.keys.close()
  }

  /** @throws where nobody can tell */
  async #left(records: NewRecord[]): Promise<NewRecord[]> {
    const named = records.map(r => this.#keysOf(r))
    const keys = new Set(named.flat())
    if (keys.size === 0) return records
    const found = await this.#o.keys.among(keys)
    this.#told()
    if (found.size === 0) return records
    return records.filter((record, i) => !named[i]?.some(key => this.#brings(record, found.get(key))))
  }

  #isToWait(): boolean {
    const now = performance.now()
    this.#failing = { since: this.#failing?.since ?? now, last: now }
    return now - this.#failing.since < WAIT
  }

  #blind(error: Error): void {
    if (!this.#isBlind) this.#o.observe.blind(error)
    this.#isBlind = true
  }

  #told(): void {
    if (this.#isBlind && this.#failing && performance.now() - this.#failing.last < CALM) return
    this.#failing = undefined
    if (this.#isBlind) this.#o.observe.seeing()
    this.#isBlind = false
  }

  #isLetter({ topic }: NewRecord): boolean {
    return topic === this.#o.deadLetter
  }

  /** Of those whom a record is about. */
  #keysOf(record: NewRecord): string[] {
    const { key, value, headers = {} } = record
    if (!this.#isLetter(record)) return [key]
    const { workspace } = splitKey(key)
    const { subject, sender, mentioned } = namedByLetter({ key, value, headers }, this.#o.secret)
    return [subject, sender, ...mentioned].flatMap(named =>
      named === undefined ? [] : keyOf(workspace, named),
    )
  }

  #brings(record: NewRecord, forgotten: Forgotten | undefined): boolean {
    if (!forgotten) return false
    if (this.#isLetter(record))
      return isForgotten(forgotten, Date.parse(record.headers?.['dlq-timestamp'] ?? ''))
    try {
      return bringsForgotten(forgotten, this.#o.codec.decode(record.value))
    } catch {
      // Of another version: whoever folds the log knows what it is.
      return false
    }
  }
}

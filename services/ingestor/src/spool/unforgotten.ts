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
import type { NewRecord } from '../sink.ts'

/** ms that what is on the disk waits for Redis, from when it does not answer: a restart of it takes less. */
const WAIT = 10_000
/** ms between two looks at a Redis that has not answered for longer. */
const LOOK_EVERY = 5_000

export interface UnforgottenOptions {
  /** Those of the keys that were forgotten. */
  keys: {
    among(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, Forgotten>>
    close(): void
  }
  codec: Pick<Codec<Activity>, 'decode'>
  deadLetter: string
  /** By which leads are named. */
  secret: string
  /** Redis has not answered for so long that records are sent without a look, and when it does again. */
  onAway(error: Error): void
  onBack(): void
}

/**
 * What of the records from the disk is to go to the log: not those that bring what was forgotten, which nobody would count
 * there, nor dead letters that name somebody who was forgotten since they came. What lies in a spool can still be erased;
 * in the log it would stay until retention.
 */
export class Unforgotten {
  readonly #o: UnforgottenOptions
  /** When it did not answer for the first time since it did, and when it is asked next. */
  #away: { since: number; next: number; told: boolean } | undefined

  constructor(o: UnforgottenOptions) {
    this.#o = o
  }

  /** `away`: Redis does not answer, and they are to wait. When it has not answered for long, all of them. */
  async of(records: NewRecord[]): Promise<NewRecord[] | 'away'> {
    if (this.#away && this.#away.next > performance.now()) return records
    const named = records.map(r => this.#keysOf(r))
    let found: ReadonlyMap<string, Forgotten>
    try {
      found = await this.#o.keys.among(new Set(named.flat()))
    } catch (error) {
      return this.#isWaiting(error as Error) ? 'away' : records
    }
    if (this.#away?.told) this.#o.onBack()
    this.#away = undefined
    if (found.size === 0) return records
    return records.filter((record, i) => !named[i]?.some(key => this.#brings(record, found.get(key))))
  }

  close(): void {
    this.#o.keys.close()
  }

  #isWaiting(error: Error): boolean {
    const now = performance.now()
    this.#away ??= { since: now, next: now, told: false }
    if (now - this.#away.since < WAIT) return true
    this.#away.next = now + LOOK_EVERY
    if (!this.#away.told) this.#o.onAway(error)
    this.#away.told = true
    return false
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

import type { Activity } from '@hotlead/contracts'
import type { Millis } from '@hotlead/model'
import type { Input } from '@hotlead/stream'

/** A record as it is read: decoded only when its turn comes. */
export interface Recorded {
  key: string
  offset: number
  /** The broker's stamp. */
  timestamp: Millis
}

/**
 * One partition on its way through the log, batch by batch: what has one stamp, is all read or all sent on, and needs
 * nothing of itself.
 */
export class Lane<R extends Recorded> {
  readonly #chunks: AsyncIterator<readonly R[]>
  readonly #decode: (record: R) => Activity | undefined
  readonly #to: Millis
  readonly #isNumbered: boolean
  #chunk: readonly R[] = []
  #i = 0
  /** The batch that comes next, as far as it was found; where in the chunk it ends; and whether it does end there. */
  #batch: Input<Activity>[] = []
  #batchEnd = 0
  #isWhole = false
  /** The highest stamp up to there. */
  #batchClock: Millis = 0
  /** The record there, if it was decoded to see that the batch ends. */
  #after: Activity | undefined
  /** Comes before the chunk. */
  #inserted: Input<Activity>[] = []
  /** How many records went by, whoever they are about. */
  read = 0
  /** The highest stamp that went by. */
  clock: Millis = 0
  /** Offset of the first record that did not go by yet. */
  position = 0
  /** As `position`, of what is folded. */
  folded = 0
  #drained = false

  /**
   * @param decode undefined: a record that says nothing here, of another workspace, a control, a tick; it moves the clock
   * @param o.to records after it are not read
   * @param o.isNumbered offsets are given here, in the order in which records are taken, and those read do not count
   */
  constructor(
    chunks: AsyncIterable<readonly R[]>,
    decode: (record: R) => Activity | undefined,
    o: { to: Millis; isNumbered: boolean },
  ) {
    this.#chunks = chunks[Symbol.asyncIterator]()
    this.#decode = decode
    this.#to = o.to
    this.#isNumbered = o.isNumbered
  }

  /** Whether nothing need be read before the next batch can be taken, or all has gone by. */
  get isFull(): boolean {
    return this.#drained || this.#inserted.length > 0 || (this.batch.length > 0 && this.#isWhole)
  }

  /** The records that come next, at one stamp; none where more must be read first, or where all has gone by. */
  get batch(): readonly Input<Activity>[] {
    if (this.#inserted.length > 0) return this.#inserted
    if (this.#batch.length === 0) this.#find()
    return this.#batch
  }

  /** Records of one's own, at the log's time: they come before all that was not taken yet. */
  insert(records: readonly { key: string; value: Activity }[]): void {
    for (const { key, value } of records)
      this.#inserted.push({ key, offset: -1, timestamp: this.clock, value })
  }

  get hasEnded(): boolean {
    return this.#drained && this.batch.length === 0
  }

  /** Takes the batch. */
  take(): Input<Activity>[] {
    let batch = this.#inserted
    if (batch.length > 0) this.#inserted = []
    else {
      if (this.#batch.length === 0) this.#find()
      batch = this.#batch
      while (this.#i < this.#batchEnd) this.#pass(this.#chunk[this.#i] as R)
      this.#batch = []
    }
    return this.#isNumbered ? batch.map(record => ({ ...record, offset: this.position++ })) : batch
  }

  /** Reads on until it is full. */
  async fill(): Promise<void> {
    while (!this.isFull) {
      const next = await this.#chunks.next()
      if (next.done) {
        this.#drained = true
        return
      }
      // What retention took will never be folded, and nobody need wait for it.
      if (this.read === 0 && this.#chunk.length === 0 && !this.#isNumbered)
        this.position = this.folded = next.value[0]?.offset ?? 0
      this.#chunk = [...this.#chunk.slice(this.#i), ...next.value]
      this.#batchEnd -= this.#i
      this.#i = 0
      this.#find()
    }
  }

  /** Looks for the next batch, or for the rest of it; what says nothing before it goes by. */
  #find(): void {
    if (this.#batch.length === 0) {
      this.#batchEnd = this.#i
      this.#isWhole = false
    }
    while (!this.#isWhole && this.#batchEnd < this.#chunk.length) {
      const record = this.#chunk[this.#batchEnd] as R
      if (record.timestamp > this.#to) {
        this.#reached()
        return
      }
      const value = this.#after ?? this.#decode(record)
      this.#after = undefined
      const [first] = this.#batch
      if (!first && value === undefined) {
        this.#pass(record)
        this.#batchEnd = this.#i
        continue
      }
      this.#batchClock = Math.max(record.timestamp, first ? this.#batchClock : this.clock)
      // Past the clock no record has the batch's stamp any more, whatever it says.
      this.#isWhole =
        first !== undefined &&
        (this.#batchClock > first.timestamp ||
          (value !== undefined &&
            ((first.value.via === null) !== (value.via === null) || this.#isSentOnHere(value))))
      if (this.#isWhole && value) this.#after = value
      else {
        if (value)
          this.#batch.push({ key: record.key, offset: record.offset, timestamp: this.#batchClock, value })
        this.#batchEnd++
      }
    }
  }

  /** Whether it is a merge that a user id of this partition passed on: the scorer had folded the one that it comes from. */
  #isSentOnHere({ merge, via }: Activity): boolean {
    if (!merge || !via) return false
    return this.#batch.some(({ key, offset }) => offset === via.offset && key.endsWith(`/${via.visitor}`))
  }

  /** What comes next is beyond what is to be read. */
  #reached(): void {
    if (this.#batch.length > 0) this.#isWhole = true
    else {
      this.clock = Math.max(this.clock, this.#to)
      this.#drained = true
      this.#chunk = []
      this.#i = 0
      void this.#chunks.return?.()
    }
  }

  #pass({ timestamp, offset }: R): void {
    this.#i++
    this.read++
    this.clock = Math.max(this.clock, timestamp)
    if (!this.#isNumbered) this.position = offset + 1
  }
}

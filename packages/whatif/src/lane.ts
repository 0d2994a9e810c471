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

/** One partition on its way through the log. */
export class Lane<R extends Recorded> {
  readonly #chunks: AsyncIterator<readonly R[]>
  readonly #decode: (record: R) => Activity | undefined
  readonly #to: Millis
  readonly #isNumbered: boolean
  #chunk: readonly R[] = []
  #i = 0
  #head: Input<Activity> | undefined
  /** Comes before the chunk. */
  readonly #inserted: Input<Activity>[] = []
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

  /** Whether nothing need be read before the head's whole batch (all of its stamp) can be taken, or all has gone by. */
  get isFull(): boolean {
    if (this.#drained) return true
    const last = this.#chunk.at(-1)
    return this.head !== undefined && last?.timestamp !== this.#chunk[this.#i]?.timestamp
  }

  /** The next record that says something; undefined where more must be read first, or where all has gone by. */
  get head(): Input<Activity> | undefined {
    if (this.#inserted.length > 0) return this.#inserted[0]
    while (this.#head === undefined && this.#i < this.#chunk.length) {
      const record = this.#chunk[this.#i] as R
      if (record.timestamp > this.#to) {
        this.clock = Math.max(this.clock, this.#to)
        this.#end()
        return undefined
      }
      const value = this.#decode(record)
      if (value === undefined) this.#pass(record)
      else {
        const { key, offset, timestamp } = record
        this.#head = { key, offset, timestamp: Math.max(timestamp, this.clock), value }
      }
    }
    return this.#head
  }

  /** Records of one's own, at the log's time: they come before all that was not taken yet. */
  insert(records: readonly { key: string; value: Activity }[]): void {
    for (const { key, value } of records)
      this.#inserted.push({ key, offset: -1, timestamp: this.clock, value })
  }

  get hasEnded(): boolean {
    return this.#drained && this.head === undefined
  }

  /** Takes the head. */
  take(): Input<Activity> {
    const head = this.head as Input<Activity>
    if (!this.#inserted.shift()) {
      this.#pass(this.#chunk[this.#i] as R)
      this.#head = undefined
    }
    return this.#isNumbered ? { ...head, offset: this.position++ } : head
  }

  /** Reads on until it is full. */
  async fill(): Promise<void> {
    while (!this.isFull) {
      const next = await this.#chunks.next()
      if (next.done) this.#drained = true
      else {
        this.#chunk = [...this.#chunk.slice(this.#i), ...next.value]
        this.#i = 0
      }
    }
  }

  #pass({ timestamp, offset }: R): void {
    this.#i++
    this.read++
    this.clock = Math.max(this.clock, timestamp)
    if (!this.#isNumbered) this.position = offset + 1
  }

  #end(): void {
    this.#drained = true
    this.#chunk = []
    this.#i = 0
    void this.#chunks.return?.()
  }
}

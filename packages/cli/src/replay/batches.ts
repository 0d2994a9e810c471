/** The edge takes 500 KB a batch; half of it is no slower. */
const MAX_BYTES = 250_000
const MAX_EVENTS = 200

export interface Batch<E> {
  events: E[]
  /** Of each event, its line in the file. */
  at: number[]
  /** Whom they are about, and how many of them. */
  about: ReadonlyMap<string, number>
}

/**
 * Collects events into batches that may safely be sent twice: one whose answer was lost is sent again, and the scorer tells a
 * repeat by the ids that a lead remembers, so at most so many of anyone may be in a batch.
 */
export class Batches<E> {
  readonly #maxOfOne: number
  #events: E[] = []
  #at: number[] = []
  #bytes = 0
  #about = new Map<string, number>()

  constructor(maxOfOne: number) {
    this.#maxOfOne = maxOfOne
  }

  get size(): number {
    return this.#events.length
  }

  /** Whether an event about them is in the batch that is being collected. */
  has(who: string): boolean {
    return this.#about.has(who)
  }

  /** @param about whom it is about @param line in the file @returns the batch that was full before this event */
  add(event: E, about: readonly string[], line: number): Batch<E> | undefined {
    const bytes = Buffer.byteLength(JSON.stringify(event))
    const most = Math.max(0, ...about.map(who => this.#about.get(who) ?? 0))
    const isFull =
      this.#events.length >= MAX_EVENTS || most >= this.#maxOfOne || this.#bytes + bytes > MAX_BYTES
    const before = isFull ? this.take() : undefined
    this.#events.push(event)
    this.#at.push(line)
    this.#bytes += bytes
    for (const who of about) this.#about.set(who, (this.#about.get(who) ?? 0) + 1)
    return before
  }

  /** What is there, as a batch; undefined where nothing is. */
  take(): Batch<E> | undefined {
    if (this.#events.length === 0) return undefined
    const batch = { events: this.#events, at: this.#at, about: this.#about }
    this.#events = []
    this.#at = []
    this.#bytes = 0
    this.#about = new Map()
    return batch
  }
}

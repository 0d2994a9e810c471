import type { PageEvent } from './pageView.ts'

/** The edge takes 500 KB a batch; half of it is no slower. */
const MAX_BYTES = 250_000
const MAX_EVENTS = 200
/**
 * A batch whose answer was lost is sent again. The scorer tells a repeat by the last 32 ids of a lead, so one visitor
 * may have at most so many in a batch; half of 32, because lines of a log are not quite in order of time.
 */
const MAX_OF_ONE = 16

export interface Batch {
  events: PageEvent[]
  /** Lines of the file that are done once this batch is. */
  lines: number
}

/** Collects events into batches that may safely be sent twice. */
export class Batches {
  #events: PageEvent[] = []
  #bytes = 0
  #lines = 0
  readonly #ofOne = new Map<string, number>()

  /** @returns the batch that was full before this event */
  add(event: PageEvent, line: number): Batch | undefined {
    const bytes = Buffer.byteLength(JSON.stringify(event))
    const ofOne = this.#ofOne.get(event.anonymousId) ?? 0
    const full = this.#events.length >= MAX_EVENTS || ofOne >= MAX_OF_ONE || this.#bytes + bytes > MAX_BYTES
    const before = full ? this.take() : undefined
    this.#events.push(event)
    this.#bytes += bytes
    this.#lines = line
    this.#ofOne.set(event.anonymousId, (full ? 0 : ofOne) + 1)
    return before
  }

  /** What is there, as a batch; undefined where nothing is. */
  take(): Batch | undefined {
    if (this.#events.length === 0) return undefined
    const batch = { events: this.#events, lines: this.#lines }
    this.#events = []
    this.#bytes = 0
    this.#ofOne.clear()
    return batch
  }
}

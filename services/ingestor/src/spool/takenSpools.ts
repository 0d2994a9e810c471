import { rm, stat } from 'node:fs/promises'
import { MAX_RECORDS, MAX_SEND_BYTES } from '../microBatches.ts'
import type { NewRecord, Sent } from '../sink.ts'
import { segmentPath, segmentsOf } from './segments.ts'
import { SpoolReader, type Unreadable } from './spoolReader.ts'

/** ms until Kafka is tried again. */
const AGAIN_AFTER = 200

export interface TakenSpoolsOptions {
  send(records: NewRecord[]): Promise<Sent>
  observe: {
    replayed(records: number): void
    failed(error: Error): void
    unreadable(what: Unreadable): void
  }
}

/** Sends, one after the other, the spools of processes that are gone; each is removed once all of it is in Kafka. */
export class TakenSpools {
  readonly #o: TakenSpoolsOptions
  readonly #waiting: string[] = []
  #sending: Promise<void> = Promise.resolve()
  #running = false
  #closing = false
  #bytes = 0

  constructor(o: TakenSpoolsOptions) {
    this.#o = o
  }

  /** Not in Kafka yet; those that wait for their turn are not counted. */
  get bytes(): number {
    return this.#bytes
  }

  add(dir: string): void {
    this.#waiting.push(dir)
    if (this.#running) return
    this.#running = true
    this.#sending = this.#run()
  }

  get busy(): boolean {
    return this.#running
  }

  /** Resolves once nothing is waiting, or it was closed. */
  async sent(): Promise<void> {
    await this.#sending
  }

  /** What is not sent stays on the disk. */
  async close(): Promise<void> {
    this.#closing = true
    await this.#sending
  }

  async #run(): Promise<void> {
    for (let dir = this.#waiting.shift(); dir !== undefined; dir = this.#waiting.shift())
      await this.#empty(dir).catch((error: Error) => this.#o.observe.failed(error))
    this.#running = false
  }

  async #empty(dir: string): Promise<void> {
    const reader = await SpoolReader.open(dir, this.#o.observe.unreadable)
    try {
      this.#bytes = await sizeOf(dir, reader)
      for (;;) {
        const chunk = await reader.next(MAX_RECORDS, MAX_SEND_BYTES)
        if (!chunk) break
        while (!this.#closing && (await this.#o.send(chunk.records)) !== 'acked')
          await new Promise(resolve => setTimeout(resolve, AGAIN_AFTER))
        if (this.#closing) return
        await reader.sent(chunk.end)
        this.#bytes -= chunk.bytes
        this.#o.observe.replayed(chunk.records.length)
      }
    } finally {
      await reader.close()
      this.#bytes = 0
    }
    await rm(dir, { recursive: true, force: true })
  }
}

async function sizeOf(dir: string, reader: SpoolReader): Promise<number> {
  let bytes = -reader.at.offset
  for (const segment of await segmentsOf(dir))
    if (segment >= reader.at.segment) bytes += (await stat(segmentPath(dir, segment))).size
  return Math.max(0, bytes)
}

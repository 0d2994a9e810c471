import { rm, stat } from 'node:fs/promises'
import { MAX_RECORDS, MAX_SEND_BYTES } from '../microBatches.ts'
import type { NewRecord } from '../sink.ts'
import { segmentPath, segmentsOf } from './segments.ts'
import { SpoolReader, type Unreadable } from './spoolReader.ts'
import { isDone, type Replayed } from './unforgotten.ts'

/** ms until Kafka is tried again. */
const AGAIN_AFTER = 200
/** ms until one that the disk does not give back is tried again, twice as long each time: a disk that is mended is read within five minutes. */
const AGAIN = { first: 5_000, max: 300_000 }

export interface TakenSpoolsOptions {
  send(records: NewRecord[]): Promise<Replayed>
  /** ms; AGAIN where it is not said. */
  again?: typeof AGAIN
  observe: {
    /** Some of one is off the disk. */
    sent(): void
    failed(error: Error): void
    unreadable(what: Unreadable): void
  }
}

/**
 * Sends, one after the other, the spools of processes that are gone; each is removed once all of it is in Kafka. One that
 * the disk does not give back is tried again later, and none waits for it.
 */
export class TakenSpools {
  readonly #o: TakenSpoolsOptions
  readonly #waiting: string[] = []
  /** Of those whose last try failed: ms until the next. */
  readonly #pauses = new Map<string, number>()
  readonly #tries = new Set<NodeJS.Timeout>()
  #sending: Promise<void> = Promise.resolve()
  #running = false
  #closing = false
  /** Not in Kafka yet, by folder. */
  readonly #bytes = new Map<string, number>()

  constructor(o: TakenSpoolsOptions) {
    this.#o = o
  }

  /** Not in Kafka yet: of the one that is sent, and of all that wait. What the disk does not give back at first counts once it does. */
  get bytes(): number {
    return [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0)
  }

  /** Resolves once it is counted and stands in its place. */
  async add(dir: string): Promise<void> {
    await this.#measure(dir).catch(() => {})
    this.#queue(dir)
  }

  async #measure(dir: string): Promise<void> {
    const reader = await SpoolReader.open(dir, this.#o.observe.unreadable)
    try {
      this.#bytes.set(dir, await sizeOf(dir, reader))
    } finally {
      await reader.close()
    }
  }

  #queue(dir: string): void {
    if (this.#closing) return
    this.#waiting.push(dir)
    if (this.#running) return
    this.#running = true
    this.#sending = this.#run()
  }

  get busy(): boolean {
    return this.#running
  }

  /** Resolves once nothing is waiting but for its next try, or it was closed. */
  async sent(): Promise<void> {
    await this.#sending
  }

  /** What is not sent stays on the disk. */
  async close(): Promise<void> {
    this.#closing = true
    for (const timer of this.#tries) clearTimeout(timer)
    await this.#sending
  }

  async #run(): Promise<void> {
    for (let dir = this.#waiting.shift(); dir !== undefined; dir = this.#waiting.shift())
      await this.#empty(dir).catch((error: Error) => this.#later(dir, error))
    this.#running = false
  }

  async #later(dir: string, cause: Error): Promise<void> {
    // Somebody removed it, or has taken it over with this process's own: it is theirs to send.
    if (await isGone(dir)) return this.#done(dir)
    const { first, max } = this.#o.again ?? AGAIN
    const pause = this.#pauses.get(dir) ?? first
    const sentence = `${dir} cannot be sent, and is tried again in ${pause / 1_000} s: ${cause.message}`
    this.#o.observe.failed(new Error(sentence, { cause }))
    if (this.#closing) return
    this.#pauses.set(dir, Math.min(pause * 2, max))
    const timer = setTimeout(() => {
      this.#tries.delete(timer)
      this.#queue(dir)
    }, pause)
    this.#tries.add(timer)
  }

  #done(dir: string): void {
    this.#pauses.delete(dir)
    this.#bytes.delete(dir)
  }

  async #empty(dir: string): Promise<void> {
    const reader = await SpoolReader.open(dir, this.#o.observe.unreadable)
    try {
      let bytes = await sizeOf(dir, reader)
      this.#bytes.set(dir, bytes)
      for (;;) {
        const chunk = await reader.next(MAX_RECORDS, MAX_SEND_BYTES)
        if (!chunk) break
        while (!this.#closing && !isDone(await this.#o.send(chunk.records)))
          await new Promise(resolve => setTimeout(resolve, AGAIN_AFTER))
        if (this.#closing) return
        await reader.sent(chunk.end)
        bytes -= chunk.bytes
        this.#bytes.set(dir, bytes)
        this.#o.observe.sent()
      }
    } finally {
      await reader.close()
    }
    await rm(dir, { recursive: true, force: true })
    this.#done(dir)
  }
}

async function isGone(dir: string): Promise<boolean> {
  return stat(dir).then(
    () => false,
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  )
}

async function sizeOf(dir: string, reader: SpoolReader): Promise<number> {
  let bytes = -reader.at.offset
  for (const segment of await segmentsOf(dir))
    if (segment >= reader.at.segment) bytes += (await stat(segmentPath(dir, segment))).size
  return Math.max(0, bytes)
}

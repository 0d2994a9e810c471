import { type LogRecord, OffsetOutOfRangeError, PartitionReader } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import { pause } from './interrupt.ts'

/** ms that a fetch waits for its first byte: how late a record may come that arrives between two fetches is less. */
const WAIT = 500
/** ms between tries while Kafka does not answer. */
const RETRY = 1_000

/**
 * Reads every partition of a topic from positions of its own: what is there, then what comes. No consumer group, so
 * any number may watch and none takes anything from another.
 */
export class Following {
  readonly #reader: PartitionReader
  readonly #topic: string
  readonly #partitions: number[]
  #next = new Map<number, number>()

  constructor(kafka: Kafka, topic: string, partitions: number) {
    this.#reader = new PartitionReader(kafka)
    this.#topic = topic
    this.#partitions = Array.from({ length: partitions }, (_, p) => p)
  }

  /** Everything from a time on (ms since 1970; undefined: from the start) up to now. */
  async past(since: number | undefined): Promise<LogRecord[]> {
    const [starts, ends] = await Promise.all([
      this.#reader.offsets(this.#topic, this.#partitions, 'start'),
      this.#reader.offsets(this.#topic, this.#partitions, 'end'),
    ])
    const found: LogRecord[] = []
    for (const p of this.#partitions) {
      const end = ends.get(p) as number
      const from = since === undefined ? starts.get(p) : await this.#reader.offsetAt(this.#topic, p, since)
      this.#next.set(p, end)
      if (from === undefined) continue
      for await (const records of this.#reader.read(this.#topic, p, from, end)) found.push(...records)
    }
    return found
  }

  /** What comes after `past`, until aborted. An outage is told once and waited out. */
  async *coming(signal: AbortSignal, say: (sentence: string) => void): AsyncGenerator<LogRecord[]> {
    let away = false
    const aborted = new Promise<undefined>(resolve =>
      signal.addEventListener('abort', () => resolve(undefined)),
    )
    while (!signal.aborted) {
      try {
        const fetched = await Promise.race([this.#reader.fetch(this.#topic, this.#next, WAIT), aborted])
        if (!fetched) return
        if (away) say('Kafka answers again.')
        away = false
        const records: LogRecord[] = []
        for (const part of fetched) {
          this.#next.set(part.partition, part.next)
          records.push(...part.records)
        }
        if (records.length > 0) yield records
      } catch (error) {
        if (signal.aborted) return
        // Retention passed us by while we could not read: go on with what is still there.
        if (error instanceof OffsetOutOfRangeError)
          this.#next = await this.#reader.offsets(this.#topic, this.#partitions, 'start')
        else {
          if (!away) say(`Kafka does not answer (${(error as Error).message}): waiting for it.`)
          away = true
          await pause(RETRY, signal)
        }
      }
    }
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }
}

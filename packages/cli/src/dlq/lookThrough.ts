import type { Activity } from '@hotlead/contracts'
import { type LogRecord, PartitionReader } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { Evidence } from './evidence.ts'

/** What is read of one partition, from its first offset on. */
export type Ranges = ReadonlyMap<number, { from: number; to: number }>

/** `activity`, as a retry looks into it. */
export class ActivityLook {
  readonly topic: string
  readonly partitions: readonly number[]
  readonly #reader: PartitionReader

  constructor(kafka: Kafka, topic: string, partitions: number) {
    this.topic = topic
    this.partitions = Array.from({ length: partitions }, (_, p) => p)
    this.#reader = new PartitionReader(kafka)
  }

  /** The offset after the last record of each partition. */
  ends(): Promise<Map<number, number>> {
    return this.#reader.offsets(this.topic, [...this.partitions], 'end')
  }

  /**
   * Where to begin in each partition that is asked about.
   * @param times earliest time by partition, ms since 1970 @param offsets earliest offset by partition
   */
  async ranges(
    times: ReadonlyMap<number, number>,
    offsets: ReadonlyMap<number, number>,
    ends: ReadonlyMap<number, number>,
  ): Promise<Ranges> {
    const starts = await this.#reader.offsets(this.topic, [...this.partitions], 'start')
    const ranges = new Map<number, { from: number; to: number }>()
    for (const partition of new Set([...times.keys(), ...offsets.keys()])) {
      const to = ends.get(partition) as number
      const time = times.get(partition)
      const byTime =
        time === undefined
          ? to
          : ((await this.#reader.offsetAt(this.topic, partition, Math.max(0, time))) ?? to)
      const from = Math.min(byTime, offsets.get(partition) ?? to)
      ranges.set(partition, { from: Math.max(from, starts.get(partition) as number), to })
    }
    return ranges
  }

  /** Shows the evidence every record of these ranges. Partition by partition: only one fetch is in memory. */
  async show(
    ranges: Ranges,
    evidence: Evidence,
    decode: (record: LogRecord) => Promise<Activity | undefined>,
    onProgress: (part: number) => void,
  ): Promise<void> {
    const all = [...ranges.values()].reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0)
    let before = 0
    for (const [partition, { from, to }] of ranges) {
      for await (const records of this.#reader.read(this.topic, partition, from, to)) {
        for (const record of records)
          if (evidence.asksFor(record)) evidence.see(partition, record, await decode(record))
        onProgress((before + ((records.at(-1)?.offset ?? from) - from)) / Math.max(1, all))
      }
      before += Math.max(0, to - from)
    }
  }

  close(): Promise<void> {
    return this.#reader.close()
  }
}

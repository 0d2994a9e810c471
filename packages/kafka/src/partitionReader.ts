import type { Kafka } from 'kafkajs'
import { type Cluster, dataRecords, openCluster } from './internals.ts'
import { type LogRecord, toRecord } from './records.ts'

export interface Fetched {
  partition: number
  records: LogRecord[]
  /** Where the next fetch goes on. */
  next: number
  highWatermark: number
}

/** A fetch at an offset that the log no longer (or does not yet) hold. */
export class OffsetOutOfRangeError extends Error {
  readonly code = 'offset_out_of_range'
}

/**
 * Reads partitions at positions that the caller keeps: no group, no committed offsets, no jumping on its own.
 * Transaction markers are passed over. One fetch at a time: the broker answers a connection's requests in turn.
 */
export class PartitionReader {
  readonly #cluster: Cluster
  #connected = false

  constructor(kafka: Kafka) {
    this.#cluster = openCluster(kafka)
  }

  /** One fetch of all given positions of a topic; waits up to `maxWait` ms for the first byte of any. */
  async fetch(
    topic: string,
    positions: ReadonlyMap<number, number>,
    maxWait: number,
    maxBytes = 1_048_576,
  ): Promise<Fetched[]> {
    await this.#connect(topic)
    const fetched: Fetched[] = []
    const leaders = this.#cluster.findLeaderForPartitions(topic, [...positions.keys()])
    await Promise.all(
      Object.entries(leaders).map(async ([nodeId, partitions]) => {
        const broker = await this.#cluster.findBroker({ nodeId })
        const { responses } = await this.#guard(() =>
          broker.fetch({
            isolationLevel: 0,
            maxWaitTime: maxWait,
            minBytes: 1,
            maxBytes: maxBytes * partitions.length,
            topics: [
              {
                topic,
                partitions: partitions.map(partition => ({
                  partition,
                  fetchOffset: String(positions.get(Number(partition))),
                  maxBytes,
                })),
              },
            ],
          }),
        )
        for (const response of responses) {
          for (const data of response.partitions) {
            const offset = positions.get(data.partition) as number
            const highWatermark = Number(data.highWatermark)
            const { records, last } = dataRecords(topic, offset, data)
            // Nothing at this offset though the log goes on: a batch whose records compaction took away. Its length is
            // not told, so step by one; such batches are kept only as the last of a producer, so there are few.
            const next = last !== undefined ? last + 1 : offset < highWatermark ? offset + 1 : offset
            fetched.push({ partition: data.partition, records: records.map(toRecord), next, highWatermark })
          }
        }
      }),
    )
    return fetched
  }

  /** Records of one partition in [from, to), in chunks as fetched. */
  async *read(topic: string, partition: number, from: number, to: number): AsyncGenerator<LogRecord[]> {
    let next = from
    while (next < to) {
      const [chunk] = await this.fetch(topic, new Map([[partition, next]]), 500, 4_194_304)
      if (!chunk) continue
      next = chunk.next
      const records = chunk.records.at(-1)?.offset ?? -1
      if (chunk.records.length > 0)
        yield records < to ? chunk.records : chunk.records.filter(r => r.offset < to)
    }
  }

  /** First offset still in the log, or the offset after the last record, of each partition asked for. */
  async offsets(topic: string, partitions: number[], which: 'start' | 'end'): Promise<Map<number, number>> {
    return this.#offsets(topic, partitions, { fromBeginning: which === 'start' })
  }

  /** Offset of the first record at or after a time (ms since 1970); undefined where there is none. */
  async offsetAt(topic: string, partition: number, time: number): Promise<number | undefined> {
    const found = (await this.#offsets(topic, [partition], { fromTimestamp: time })).get(partition) as number
    return found < 0 ? undefined : found
  }

  async partitionCount(topic: string): Promise<number> {
    await this.#connect(topic)
    return this.#cluster.findTopicPartitionMetadata(topic).length
  }

  async close(): Promise<void> {
    if (this.#connected) await this.#cluster.disconnect()
    this.#connected = false
  }

  async #offsets(
    topic: string,
    partitions: number[],
    which: { fromBeginning?: boolean; fromTimestamp?: number },
  ) {
    await this.#connect(topic)
    const query = { topic, partitions: partitions.map(partition => ({ partition })), ...which }
    const answers = await this.#guard(() => this.#cluster.fetchTopicsOffset([query]))
    return new Map(answers.flatMap(a => a.partitions.map(p => [p.partition, Number(p.offset)] as const)))
  }

  async #connect(topic: string): Promise<void> {
    if (!this.#connected) {
      await this.#cluster.connect()
      this.#connected = true
    }
    await this.#guard(async () => {
      await this.#cluster.addMultipleTargetTopics([topic])
      await this.#cluster.refreshMetadataIfNecessary()
    })
  }

  /** After any error the connection and the metadata are fetched anew by the next call. */
  async #guard<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (error) {
      this.#connected = false
      await this.#cluster.disconnect().catch(() => {})
      if ((error as { type?: string }).type === 'OFFSET_OUT_OF_RANGE')
        throw new OffsetOutOfRangeError((error as Error).message, { cause: error })
      throw error
    }
  }
}

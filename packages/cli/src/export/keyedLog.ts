import { type TopicName, topicNames } from '@hotlead/contracts'
import { type LogRecord, PartitionReader } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'

/** The topics that hold something of a lead. */
export const READ = ['activity', 'scores', 'tiers', 'hot-leads', 'dead-letter'] as const satisfies TopicName[]
export type ReadTopic = (typeof READ)[number]

export interface Placed {
  partition: number
  record: LogRecord
}

/** The topics as they were at one time, of which only some keys' records are wanted: no group, nothing committed. */
export class KeyedLog {
  readonly #names: Record<TopicName, string>
  readonly #reader: PartitionReader
  readonly #ends = new Map<TopicName, ReadonlyMap<number, number>>()
  readonly #starts = new Map<TopicName, ReadonlyMap<number, number>>()
  /** Records that were read, whoever's. */
  read = 0

  private constructor(config: CliConfig, kafka: Kafka) {
    this.#names = topicNames(config.HOTLEAD_TOPIC_PREFIX)
    this.#reader = new PartitionReader(kafka)
  }

  static async open(config: CliConfig, kafka: Kafka): Promise<KeyedLog> {
    const log = new KeyedLog(config, kafka)
    const all = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, p) => p)
    for (const topic of READ) {
      log.#starts.set(topic, await log.#reader.offsets(log.#names[topic], all, 'start'))
      log.#ends.set(topic, await log.#reader.offsets(log.#names[topic], all, 'end'))
    }
    return log
  }

  /** Whether a partition still has its first record. */
  isWhole(topic: ReadTopic, partition: number): boolean {
    return this.#starts.get(topic)?.get(partition) === 0
  }

  size(topic: ReadTopic, partitions: readonly number[]): number {
    const at = (of: Map<TopicName, ReadonlyMap<number, number>>, p: number) => of.get(topic)?.get(p) ?? 0
    return partitions.reduce((sum, p) => sum + Math.max(0, at(this.#ends, p) - at(this.#starts, p)), 0)
  }

  /**
   * Records with a value, partition after partition, each read once from its start; one chunk of about 1 MB is in memory.
   * @param isWanted by its key, as text
   */
  async *records(
    topic: ReadTopic,
    partitions: readonly number[],
    isWanted: (key: string) => boolean,
    onProgress: () => void,
  ): AsyncGenerator<Placed> {
    const name = this.#names[topic]
    for (const partition of partitions) {
      // Retention may have moved it on since the beginning, which may be long ago.
      const from = (await this.#reader.offsets(name, [partition], 'start')).get(partition) as number
      const to = this.#ends.get(topic)?.get(partition) as number
      for await (const records of this.#reader.read(name, partition, from, to)) {
        for (const record of records)
          if (record.value !== null && isWanted(record.key)) yield { partition, record }
        this.read += records.length
        onProgress()
      }
    }
  }

  close(): Promise<void> {
    return this.#reader.close()
  }
}

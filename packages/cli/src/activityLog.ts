import { type Activity, type Codec, topicNames } from '@hotlead/contracts'
import { type LogRecord, PartitionReader, partitionOf } from '@hotlead/kafka'
import type { Millis } from '@hotlead/model'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from './config.ts'
import { decode } from './registry.ts'

/** What leads did, partition by partition, as the log was at one time: nothing is committed, no group is joined. */
export class ActivityLog {
  /** 0, 1, 2 …: what stands at an index is that partition's. */
  readonly partitions: readonly number[]
  readonly starts: ReadonlyMap<number, number>
  readonly ends: ReadonlyMap<number, number>
  readonly #topic: string
  readonly #config: CliConfig
  readonly #codec: Codec<Activity>
  readonly #reader: PartitionReader
  /** Ids of schemas that were asked for. */
  readonly #known: Set<number>
  /** Records that nobody can read, of those that were decoded. */
  unreadable = 0

  private constructor(
    o: { config: CliConfig; codec: Codec<Activity>; reader: PartitionReader; topic: string },
    starts: ReadonlyMap<number, number>,
    ends: ReadonlyMap<number, number>,
  ) {
    this.#config = o.config
    this.#codec = o.codec
    this.#reader = o.reader
    this.#topic = o.topic
    this.#known = new Set([o.codec.id])
    this.partitions = [...ends.keys()]
    this.starts = starts
    this.ends = ends
  }

  static async open(config: CliConfig, kafka: Kafka, codec: Codec<Activity>): Promise<ActivityLog> {
    const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
    const all = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, p) => p)
    const reader = new PartitionReader(kafka)
    const starts = await reader.offsets(topic, all, 'start')
    const ends = await reader.offsets(topic, all, 'end')
    return new ActivityLog({ config, codec, reader, topic }, starts, ends)
  }

  /** The same part of the log as another has, on a connection of its own. */
  static of(
    config: CliConfig,
    kafka: Kafka,
    codec: Codec<Activity>,
    { starts, ends }: Pick<ActivityLog, 'starts' | 'ends'>,
  ): ActivityLog {
    const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
    return new ActivityLog({ config, codec, reader: new PartitionReader(kafka), topic }, starts, ends)
  }

  /** How many records are in it. */
  get size(): number {
    return this.partitions.reduce((sum, p) => sum + (this.ends.get(p) as number), 0) - this.gone
  }

  /** How many records are gone by retention. */
  get gone(): number {
    return this.partitions.reduce((sum, p) => sum + (this.starts.get(p) as number), 0)
  }

  /** Time of the first record that is in it; Infinity where it is empty. */
  async startsAt(): Promise<Millis> {
    let first = Number.POSITIVE_INFINITY
    for (const partition of this.partitions)
      for await (const [record] of this.#reader.read(
        this.#topic,
        partition,
        this.starts.get(partition) as number,
        this.ends.get(partition) as number,
      )) {
        first = Math.min(first, record?.timestamp ?? first)
        break
      }
    return first
  }

  partitionOf = (key: string): number => partitionOf(key, this.partitions.length)

  /** Records from an offset (the log's start) up to another (its end), in chunks; the next is read meanwhile. */
  read(
    partition: number,
    { from = this.starts.get(partition) as number, to = this.ends.get(partition) as number } = {},
  ): AsyncGenerator<readonly LogRecord[]> {
    return oneAhead(() => this.#read(partition, from, to))
  }

  async *#read(partition: number, from: number, to: number): AsyncGenerator<readonly LogRecord[]> {
    for await (const records of this.#reader.read(this.#topic, partition, from, to)) {
      for (const { value } of records) if (value) await this.#learn(value)
      yield records
    }
  }

  /** Schemas are asked for here, so that decoding need not wait. What nobody knows is unreadable then. */
  async #learn(value: Buffer): Promise<void> {
    const id = value.length >= 5 ? value.readUInt32BE(1) : this.#codec.id
    if (this.#known.has(id)) return
    this.#known.add(id)
    await decode(this.#config, this.#codec, value).catch(() => undefined)
  }

  /** Undefined: passed over, as the scorer does. */
  decode = ({ value }: LogRecord): Activity | undefined => {
    if (value === null) return undefined
    try {
      return this.#codec.decode(value)
    } catch {
      this.unreadable++
      return undefined
    }
  }

  close(): Promise<void> {
    return this.#reader.close()
  }
}

/** The next chunk is asked for while the last one is worked on. */
async function* oneAhead<T>(read: () => AsyncGenerator<T>): AsyncGenerator<T> {
  const chunks = read()
  let next = chunks.next()
  // Where it fails before it is awaited, the failure is heard then.
  next.catch(() => {})
  try {
    for (let now = await next; !now.done; now = await next) {
      next = chunks.next()
      next.catch(() => {})
      yield now.value
    }
  } finally {
    await chunks.return(undefined)
  }
}

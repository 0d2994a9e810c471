import type { Kafka } from 'kafkajs'
import { type ClusterDescription, describeOn } from './describeTopics.ts'
import { type Cluster, dataRecords, openCluster } from './internals.ts'
import { type LogRecord, toRecord } from './records.ts'
import { ANSWER_WITHIN, leave, within } from './within.ts'

export interface Fetched {
  partition: number
  records: LogRecord[]
  /** Where the next fetch goes on. */
  next: number
  highWatermark: number
  /** Set where the log does not hold the position: nothing was read. */
  error?: OffsetOutOfRangeError
}

/**
 * Of one partition and fetch. With 1 MiB a scorer of 8 partitions keeps 16,000 decoded events alive at a time, and moving
 * them to the old heap costs a fifth of its CPU: 42k events per CPU second, 53k with this.
 */
const FETCH_BYTES = 524_288

/** Of one chunk where a partition is read through: all eight of a service may be at it at once, each with a chunk decoded. */
const READ_BYTES = 1_048_576
/** Of one chunk, with pauses of 0.2, 0.4, … s: a rebuild must not begin anew because one answer in a thousand was late. */
const TRIES = 5

/** What a broker says of a topic that was created, or changed its leader, a moment ago. */
const SETTLING = ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION']

/** Asks again, with pauses of 0.2, 0.4, … s, while the brokers have not agreed yet. */
async function settling<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call()
    } catch (error) {
      if (tries === TRIES || !SETTLING.includes((error as { type?: string }).type ?? '')) throw error
      await new Promise(resolve => setTimeout(resolve, tries * 200))
    }
  }
}

/** kafkajs leaves a partition that its metadata lack out of what it asks, and out of the answer, without a word. */
class NotToldError extends Error {
  readonly type = 'UNKNOWN_TOPIC_OR_PARTITION'

  constructor(topic: string, partition: number) {
    super(`The brokers say nothing of partition ${partition} of topic ${topic}`)
  }
}

function allTold(topic: string, asked: readonly number[], told: { has(partition: number): boolean }): void {
  const missing = asked.find(partition => !told.has(partition))
  if (missing !== undefined) throw new NotToldError(topic, missing)
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
  readonly #kafka: Kafka
  #cluster: Cluster | undefined

  constructor(kafka: Kafka) {
    this.#kafka = kafka
  }

  /**
   * One fetch of all given positions of a topic; waits up to `maxWait` ms for the first byte of any. A partition whose
   * log does not hold its position comes back with `error`, and the others with their records.
   */
  async fetch(
    topic: string,
    positions: ReadonlyMap<number, number>,
    maxWait: number,
    maxBytes = FETCH_BYTES,
  ): Promise<Fetched[]> {
    try {
      const fetched = await this.#fetch(topic, positions, maxWait, maxBytes)
      const stuck = fetched.filter(f => f.next === positions.get(f.partition) && f.next < f.highWatermark)
      for (const f of stuck) {
        if (positions.size > 1) {
          // Of several partitions the broker answers one whose first batch exceeds its share with nothing; alone, a
          // partition gets its first batch whatever its size (KIP-74).
          const [alone] = await this.fetch(topic, new Map([[f.partition, f.next]]), 0, maxBytes)
          if (alone) fetched[fetched.indexOf(f)] = alone
        }
        // Alone and still nothing: a batch whose records compaction took away. Its length is not told, so step by one;
        // such batches are kept only as the last of a producer, so there are few.
        else f.next++
      }
      return fetched
    } catch (error) {
      if (!(error instanceof OffsetOutOfRangeError)) throw error
      const [only] = positions
      if (positions.size === 1 && only)
        return [{ partition: only[0], records: [], next: only[1], highWatermark: only[1], error }]
      // kafkajs fails the whole answer for one partition: each is asked by itself, once.
      const alone: Fetched[] = []
      for (const position of positions)
        alone.push(...(await this.fetch(topic, new Map([position]), 0, maxBytes)))
      return alone
    }
  }

  async #fetch(
    topic: string,
    positions: ReadonlyMap<number, number>,
    maxWait: number,
    maxBytes: number,
  ): Promise<Fetched[]> {
    const cluster = await this.#connect(topic)
    const fetched: Fetched[] = []
    const asked = [...positions.keys()]
    const leaders = cluster.findLeaderForPartitions(topic, asked)
    await this.#guard(async () => allTold(topic, asked, new Set(Object.values(leaders).flat())))
    await Promise.all(
      Object.entries(leaders).map(async ([nodeId, partitions]) => {
        const { responses } = await this.#guard(async () =>
          (await cluster.findBroker({ nodeId })).fetch({
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
            const { records, last } = dataRecords(topic, offset, data)
            fetched.push({
              partition: data.partition,
              records: records.map(toRecord),
              next: last !== undefined ? last + 1 : offset,
              highWatermark: Number(data.highWatermark),
            })
          }
        }
      }),
    )
    return fetched
  }

  /** Records of one partition in [from, to), in chunks as fetched. */
  async *read(topic: string, partition: number, from: number, to: number): AsyncGenerator<LogRecord[]> {
    let next = from
    let failures = 0
    while (next < to) {
      let chunk: Fetched | undefined
      try {
        ;[chunk] = await this.fetch(topic, new Map([[partition, next]]), 500, READ_BYTES)
        failures = 0
      } catch (error) {
        if (++failures === TRIES) throw error
        await new Promise(resolve => setTimeout(resolve, failures * 200))
      }
      if (!chunk) continue
      if (chunk.error) throw chunk.error
      next = chunk.next
      const records = chunk.records.at(-1)?.offset ?? -1
      if (chunk.records.length > 0)
        yield records < to ? chunk.records : chunk.records.filter(r => r.offset < to)
    }
  }

  /** First offset still in the log, or the offset after the last record, of each partition in the order asked for. */
  async offsets(topic: string, partitions: number[], which: 'start' | 'end'): Promise<Map<number, number>> {
    return this.#offsets(topic, partitions, { fromBeginning: which === 'start' })
  }

  /** Offset of the first record at or after a time (ms since 1970); undefined where there is none. */
  async offsetAt(topic: string, partition: number, time: number): Promise<number | undefined> {
    const found = (await this.#offsets(topic, [partition], { fromTimestamp: time })).get(partition) as number
    return found < 0 ? undefined : found
  }

  /** What topics these are: see `describeTopics`. */
  async describe(topics: readonly string[]): Promise<ClusterDescription> {
    return this.#guard(async () => describeOn(await this.#open(), topics))
  }

  async partitionCount(topic: string): Promise<number> {
    const cluster = await this.#connect(topic)
    return cluster.findTopicPartitionMetadata(topic).length
  }

  async close(): Promise<void> {
    const cluster = this.#cluster
    this.#cluster = undefined
    if (cluster) await leave(cluster)
  }

  async #offsets(
    topic: string,
    partitions: number[],
    which: { fromBeginning?: boolean; fromTimestamp?: number },
  ) {
    const query = { topic, partitions: partitions.map(partition => ({ partition })), ...which }
    const found = await settling(async () => {
      const cluster = await this.#connect(topic)
      return this.#guard(async () => {
        const answers = await cluster.fetchTopicsOffset([query])
        const told = answers.flatMap(a => a.partitions.map(p => [p.partition, Number(p.offset)] as const))
        const found = new Map(told)
        allTold(topic, partitions, found)
        return found
      })
    })
    // A broker answers in any order, another one each time.
    return new Map(partitions.map(p => [p, found.get(p) as number]))
  }

  #connect(topic: string): Promise<Cluster> {
    return this.#guard(async () => {
      const cluster = await this.#open()
      await cluster.addMultipleTargetTopics([topic])
      await cluster.refreshMetadataIfNecessary()
      return cluster
    })
  }

  async #open(): Promise<Cluster> {
    if (!this.#cluster) {
      this.#cluster = openCluster(this.#kafka)
      await this.#cluster.connect()
    }
    return this.#cluster
  }

  /** After any error the next call starts with a new connection and new metadata. */
  async #guard<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await within(ANSWER_WITHIN, call())
    } catch (error) {
      await this.close()
      if ((error as { type?: string }).type === 'OFFSET_OUT_OF_RANGE')
        throw new OffsetOutOfRangeError((error as Error).message, { cause: error })
      throw error
    }
  }
}

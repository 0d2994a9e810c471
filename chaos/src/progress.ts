import { topicNames } from '@hotlead/contracts'
import { kafkaClient, PartitionReader } from '@hotlead/kafka'
import type { RedisClient } from '@hotlead/redis'
import { parsePosition, redisKeys } from '@hotlead/stream'
import type { Instance } from './instances.ts'
import { unsent } from './spools.ts'

const STAGES = [
  { processor: 'scorer', source: 'activity' },
  { processor: 'tiering', source: 'scores' },
] as const
type Processor = (typeof STAGES)[number]['processor']

/** ms between two looks; what a recovery's time is exact to. */
const EVERY = 200

/** The ends of both sources at one moment, by processor and partition. */
export type Ends = Record<Processor, Map<number, number>>

/** What both processors have done at one moment. */
interface Sample {
  /** Monotonic ms at which the look began. */
  time: number
  ends: Ends
  next: Record<Processor, Map<number, number>>
  /** Folders of the spool that hold what is not in Kafka. */
  unsent: string[]
  /** Why an instance is not ready, by name; none where every partition is owned. */
  notReady: Map<string, string>
}

export interface ProgressOptions {
  /** Straight to the servers. */
  kafka: string
  redis: RedisClient
  topicPrefix: string
  redisPrefix: string
  partitions: number
  instances: readonly Instance[]
  /** Folder that the ingestors share. */
  spool: string
}

/** Watches how far all have come: the spool's files, and the positions in Redis beside the ends of the topics. */
export class Progress {
  readonly #o: ProgressOptions
  readonly #reader: PartitionReader
  #running = true
  #last: Sample | undefined
  /** Why the last look failed. */
  #trouble = 'nothing has been read yet'
  #waiting: ((sample: Sample) => void)[] = []
  readonly #loop: Promise<void>

  constructor(o: ProgressOptions) {
    this.#o = o
    this.#reader = new PartitionReader(kafkaClient({ brokers: [o.kafka], clientId: 'chaos-progress' }))
    this.#loop = this.#watch()
  }

  async close(): Promise<void> {
    this.#running = false
    await this.#loop
    await this.#reader.close()
  }

  /** The ends of the sources as they stand now or a moment later. */
  async ends(): Promise<Ends> {
    return (await this.#sampleAfter(performance.now())).ends
  }

  /** Resolves with the moment (monotonic ms) at which both had folded past these ends and owned every partition. */
  async reached(ends: Ends): Promise<number> {
    for (;;) {
      const sample = await this.#sampleAfter(performance.now() - EVERY)
      if (missing(sample, ends).length === 0) return sample.time
      await this.#sampleAfter(performance.now())
    }
  }

  /** Resolves once one processor has folded past these ends, whoever of its instances did. */
  async passed(processor: Processor, ends: Ends): Promise<void> {
    for (;;) {
      const { next } = await this.#sampleAfter(performance.now())
      if ([...ends[processor]].every(([partition, end]) => (next[processor].get(partition) ?? 0) >= end))
        return
    }
  }

  /** What is missing to these ends (or to those of this moment), in words. */
  lacking(ends?: Ends): string {
    const last = this.#last
    const found = last ? missing(last, ends ?? last.ends) : []
    if (performance.now() - (last?.time ?? 0) > 5_000)
      found.push(`no look at the servers succeeds: ${this.#trouble}`)
    return found.join('; ')
  }

  #sampleAfter(time: number): Promise<Sample> {
    if (this.#last && this.#last.time >= time) return Promise.resolve(this.#last)
    return new Promise(resolve => {
      const take = (sample: Sample) => {
        if (sample.time >= time) resolve(sample)
        else this.#waiting.push(take)
      }
      this.#waiting.push(take)
    })
  }

  async #watch(): Promise<void> {
    while (this.#running) {
      try {
        const sample = await this.#look()
        this.#last = sample
        for (const take of this.#waiting.splice(0)) take(sample)
      } catch (error) {
        // A server is away, which is what this is for.
        this.#trouble = (error as Error).message
      }
      await new Promise(resolve => setTimeout(resolve, EVERY))
    }
  }

  async #look(): Promise<Sample> {
    const { redis, redisPrefix, topicPrefix, partitions, instances } = this.#o
    const time = performance.now()
    const topics = topicNames(topicPrefix)
    const all = Array.from({ length: partitions }, (_, p) => p)
    const sample = { time, ends: {}, next: {}, unsent: unsent(this.#o.spool), notReady: new Map() } as Sample
    const processors = instances.filter(i => i.service !== 'ingestor')
    const [answers] = await Promise.all([
      Promise.all(processors.map(i => i.notReady())),
      ...STAGES.map(async ({ processor, source }) => {
        sample.ends[processor] = await this.#reader.offsets(topics[source], all, 'end')
        const hashes = await Promise.all(
          all.map(p => redis.hgetall(redisKeys(redisPrefix, processor, p).pos)),
        )
        sample.next[processor] = new Map(hashes.map((hash, p) => [p, parsePosition(hash)?.next ?? 0]))
      }),
    ])
    answers.forEach((why, i) => {
      if (why !== undefined) sample.notReady.set(processors[i]?.name as string, why)
    })
    return sample
  }
}

function missing({ next, unsent, notReady }: Sample, ends: Ends): string[] {
  const behind = STAGES.flatMap(({ processor, source }) =>
    [...ends[processor]].flatMap(([partition, end]) => {
      const at = next[processor].get(partition) ?? 0
      return at >= end
        ? []
        : [`${processor} stands at ${at} of ${source}/${partition}, which ended at ${end}`]
    }),
  )
  return [
    ...behind,
    ...unsent.map(dir => `${dir} has events that are not in Kafka`),
    ...[...notReady].map(([name, why]) => `${name} is not ready: ${why}`),
  ]
}

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Codecs, openCodecs, type TopicName, topicNames, type Values } from '@hotlead/contracts'
import { kafkaClient, type LogRecord, type NewRecord, PartitionReader } from '@hotlead/kafka'
import { openRedis, type RedisClient } from '@hotlead/redis'
import { parsePosition, redisKeys } from '@hotlead/stream'
import { ownEnvironment } from './installation.ts'
import { launchService, type RunningService, type ServiceName } from './service.ts'
import { until } from './until.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

export interface Done {
  code: number | null
  out: string
  err: string
}

type Topic = Exclude<TopicName, 'dead-letter'>
export type Decoded<N extends Topic> = LogRecord & { partition: number; decoded: Values[N] }

/** Everything of hotlead, set up by its own command line on the run's servers, and shared with no other test. */
export class Installation {
  readonly env: Record<string, string>
  readonly redis: RedisClient
  readonly codecs: Codecs
  readonly #kafka: ReturnType<typeof kafkaClient>
  readonly #reader: PartitionReader
  readonly #services = new Set<RunningService>()
  #ingestor: RunningService | undefined

  private constructor(env: Record<string, string>, codecs: Codecs) {
    this.env = env
    this.codecs = codecs
    this.redis = openRedis(env.HOTLEAD_REDIS as string)
    this.#kafka = kafkaClient({ brokers: [env.HOTLEAD_KAFKA as string], clientId: 'hotlead-test' })
    this.#reader = new PartitionReader(this.#kafka)
  }

  static async open(more: Record<string, string> = {}): Promise<Installation> {
    const env = { ...ownEnvironment(), ...more }
    const done = await hotlead(env, ['setup'])
    if (done.code !== 0) throw new Error(`hotlead setup ended with ${done.code}: ${done.err}`)
    const codecs = await openCodecs(env.HOTLEAD_REGISTRY as string, env.HOTLEAD_TOPIC_PREFIX)
    return new Installation(env, codecs)
  }

  /** Starts a service as a process of its own, from other sources where they are given, and resolves once it is ready. */
  async start(name: ServiceName, sources?: string): Promise<RunningService> {
    const service = await this.launch(name, {}, sources)
    await service.ready()
    return service
  }

  /** Starts a service with `more` in its environment, ready or not. */
  async launch(
    name: ServiceName,
    more: Record<string, string> = {},
    sources?: string,
  ): Promise<RunningService> {
    const service = await launchService(name, { ...this.env, ...more }, sources)
    this.#services.add(service)
    if (name === 'ingestor') {
      this.#ingestor = service
      this.env.HOTLEAD_URL = service.url
    }
    return service
  }

  /** Runs the command line in this installation. */
  hotlead(...args: string[]): Promise<Done> {
    return hotlead(this.env, args)
  }

  /** Posts to the edge with the demo's secret key (`browser`: its write key). @returns the status */
  async post(route: string, body: object, key: 'sk_demo' | 'wk_demo' = 'sk_demo'): Promise<number> {
    const answer = await fetch(`${(this.#ingestor as RunningService).url}${route}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-write-key': key },
      body: JSON.stringify(body),
    })
    await answer.arrayBuffer()
    return answer.status
  }

  /** Resolves once scorer and tiering have folded everything that `activity` holds now. */
  async folded(): Promise<void> {
    for (const [processor, source] of [
      ['scorer', 'activity'],
      ['tiering', 'scores'],
    ] as const)
      for (const [partition, end] of await this.#ends(source)) {
        const key = redisKeys(this.env.HOTLEAD_REDIS_PREFIX as string, processor, partition).pos
        await until(
          async () => parsePosition(await this.redis.hgetall(key))?.next ?? 0,
          next => next >= end,
        )
      }
  }

  /** All that a topic holds now, partition after partition. */
  async read<N extends Topic>(name: N): Promise<Decoded<N>[]> {
    const found: Decoded<N>[] = []
    for (const r of await this.readBytes(name))
      if (r.value) found.push({ ...r, decoded: this.codecs[name].decode(r.value) as Values[N] })
    return found
  }

  /** The same, as it is in the log: `dead-letter` and poison have no schema. */
  async readBytes(name: TopicName): Promise<(LogRecord & { partition: number })[]> {
    const topic = topicNames(this.env.HOTLEAD_TOPIC_PREFIX)[name]
    const found: (LogRecord & { partition: number })[] = []
    const ends = await this.#ends(name)
    const starts = await this.#reader.offsets(topic, [...ends.keys()], 'start')
    for (const [partition, end] of ends)
      for await (const records of this.#reader.read(topic, partition, starts.get(partition) as number, end))
        for (const r of records) found.push({ ...r, partition })
    return found
  }

  /** Writes one record as it is, into its key's partition where none is named. */
  async produce(name: TopicName, record: NewRecord & { partition?: number }): Promise<void> {
    const topic = topicNames(this.env.HOTLEAD_TOPIC_PREFIX)[name]
    const producer = this.#kafka.producer()
    await producer.connect()
    await producer.send({ topic, acks: -1, messages: [record] })
    await producer.disconnect()
  }

  async #ends(name: TopicName): Promise<Map<number, number>> {
    const topic = topicNames(this.env.HOTLEAD_TOPIC_PREFIX)[name]
    const partitions = Array.from({ length: await this.#reader.partitionCount(topic) }, (_, p) => p)
    return this.#reader.offsets(topic, partitions, 'end')
  }

  async close(): Promise<void> {
    await Promise.all([...this.#services].map(s => s.kill()))
    this.redis.disconnect()
    await this.#reader.close()
  }
}

/** Runs `hotlead` by the project's own Node. */
export function hotlead(env: Record<string, string>, args: readonly string[]): Promise<Done> {
  return new Promise(resolve => {
    const child = spawn(
      join(root, 'node_modules/node/bin/node'),
      [join(root, 'packages/cli/src/main.ts'), ...args],
      { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    let [out, err] = ['', '']
    child.stdout.on('data', chunk => (out += chunk))
    child.stderr.on('data', chunk => (err += chunk))
    child.on('close', code => resolve({ code, out, err }))
  })
}

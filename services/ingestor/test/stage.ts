import { randomUUID } from 'node:crypto'
import {
  type Activity,
  type Codecs,
  openCodecs,
  registerSchemas,
  TOPICS,
  type TopicName,
  topicNames,
} from '@hotlead/contracts'
import { ensureTopics, kafkaClient, type LogRecord, PartitionReader } from '@hotlead/kafka'
import { type Logger, loadConfig, logger } from '@hotlead/service'
import { ingestorConfig } from '../src/config.ts'
import { type Ingestor, startIngestor } from '../src/ingestor.ts'

const PARTITIONS = 4

export interface Read extends LogRecord {
  activity: Activity
}

/** Topics of one test's own on the run's Kafka and registry, with their schemas, and what a test asks of them. */
export class Stage {
  readonly env: Record<string, string>
  readonly kafka: ReturnType<typeof kafkaClient>
  readonly #prefix: string
  #codecs: Codecs | undefined
  readonly #reader: PartitionReader
  readonly #running: Ingestor[] = []

  private constructor(brokers: string, registry: string) {
    this.#prefix = `t${randomUUID().slice(0, 8)}-`
    this.kafka = kafkaClient({ brokers: [brokers], clientId: 'ingestor-test' })
    this.#reader = new PartitionReader(this.kafka)
    this.env = {
      HOTLEAD_KAFKA: brokers,
      HOTLEAD_REGISTRY: registry,
      HOTLEAD_REDIS: process.env.HOTLEAD_TEST_REDIS as string,
      HOTLEAD_REDIS_PREFIX: `${this.#prefix}:`,
      HOTLEAD_TOPIC_PREFIX: this.#prefix,
      HOTLEAD_PARTITIONS: String(PARTITIONS),
      HOTLEAD_INGESTOR_PORT: '0',
      LOG_LEVEL: 'silent',
    }
  }

  static async open(
    brokers = process.env.HOTLEAD_TEST_KAFKA as string,
    registry = process.env.HOTLEAD_TEST_REGISTRY as string,
  ): Promise<Stage> {
    const stage = new Stage(brokers, registry)
    const names = topicNames(stage.#prefix)
    const own = TOPICS.map(t => ({
      name: names[t.name],
      partitions: t.partitions === 'input' ? PARTITIONS : t.partitions,
      config: t.config,
    }))
    const problems = await ensureTopics(stage.kafka, own, true)
    if (problems.length > 0) throw new Error(problems.join('; '))
    await registerSchemas(stage.env.HOTLEAD_REGISTRY as string, stage.#prefix)
    return stage
  }

  /** An ingestor of this process, as main starts it. */
  async start(more: Record<string, string> = {}, log?: Logger): Promise<Ingestor> {
    const config = loadConfig(ingestorConfig, { ...this.env, ...more })
    const ingestor = await startIngestor(config, log ?? logger('ingestor', config.LOG_LEVEL))
    this.#running.push(ingestor)
    return ingestor
  }

  /** Every record of a topic at present, partition by partition. */
  async records(topic: TopicName): Promise<LogRecord[]> {
    const name = topicNames(this.#prefix)[topic]
    const partitions = Array.from({ length: PARTITIONS }, (_, p) => p)
    const ends = await this.#reader.offsets(name, partitions, 'end')
    const all: LogRecord[] = []
    for (const [partition, end] of ends)
      for await (const chunk of this.#reader.read(name, partition, 0, end)) all.push(...chunk)
    return all
  }

  async activity(): Promise<Read[]> {
    this.#codecs ??= await openCodecs(this.env.HOTLEAD_REGISTRY as string, this.#prefix)
    const { activity } = this.#codecs
    return (await this.records('activity')).map(r => ({ ...r, activity: activity.decode(r.value as Buffer) }))
  }

  /** The records that came by these message ids, in that order. */
  async events(...ids: string[]): Promise<Read[]> {
    const all = await this.activity()
    return ids.flatMap(id => all.filter(r => r.activity.event?.id === id))
  }

  async close(): Promise<void> {
    for (const ingestor of this.#running) {
      await ingestor.stopAccepting()
      await ingestor.flush()
      await ingestor.leave()
    }
    await this.#reader.close()
  }
}

/**
 * A stage and an ingestor on it, for all tests of a file or a suite.
 * @param more variables of that ingestor's
 * @returns what there is once the tests run
 */
export function staged(more: Record<string, string> = {}): { stage: Stage; url: string } {
  const here = {} as { stage: Stage; url: string }
  beforeAll(async () => {
    here.stage = await Stage.open()
    here.url = (await here.stage.start(more)).url
  }, 240_000)
  afterAll(() => here.stage?.close())
  return here
}

export const WRITE = { authorization: `Basic ${Buffer.from('wk_demo:').toString('base64')}` }
export const SECRET = { authorization: `Basic ${Buffer.from('sk_demo:').toString('base64')}` }

export async function post(
  url: string,
  body: unknown,
  headers: Record<string, string> = WRITE,
): Promise<{
  status: number
  json: { success: boolean; error?: string; problems?: string[] }
  headers: Headers
}> {
  const raw = typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(url, {
    method: 'POST',
    headers,
    body: raw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
  })
  return { status: response.status, json: (await response.json()) as never, headers: response.headers }
}

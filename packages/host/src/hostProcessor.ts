import {
  COMPACTION_LAG,
  type Codecs,
  openCodecs,
  TOPICS,
  type TopicName,
  topicNames,
} from '@hotlead/contracts'
import { kafkaClient, needsKafka, TopicInspection } from '@hotlead/kafka'
import { openRedis } from '@hotlead/redis'
import { type BaseConfig, healthServer, logger, shutdown, watch, within } from '@hotlead/service'
import { type KeyState, type Processor, runProcessor, type Topology } from '@hotlead/stream'
import type { z } from 'zod'
import type { processorConfig } from './config.ts'
import { processorMetrics } from './metrics.ts'
import { ModelStore } from './modelStore.ts'
import { redisMemory } from './redisMemory.ts'
import { redisSilence } from './redisSilence.ts'

export interface Parts {
  codecs: Codecs
  models: ModelStore
  topics: Record<TopicName, string>
}

export interface HostOptions<State extends KeyState, In, Own> {
  name: string
  config: z.output<typeof processorConfig>
  port: number
  build(parts: Parts): { processor: Processor<State, In, Own>; topology: Topology<State, In, Own> }
}

/** ms that Redis may take to say at the start how it is set: one that is there answers in a few. */
const REDIS_WITHIN = 3_000

/**
 * Runs one processor as a service: checks topics and Redis, at the start and from then on, opens codecs and models, joins
 * the group, answers /readyz and /metrics, and leaves cleanly. A fatal error ends the process with a sentence and status 1.
 */
export async function hostProcessor<State extends KeyState, In, Own>(
  o: HostOptions<State, In, Own>,
): Promise<void> {
  const { config } = o
  const log = logger(o.name, config.LOG_LEVEL)
  const topics = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  const brokers = config.HOTLEAD_KAFKA
  const kafka = kafkaClient({ brokers, clientId: `hotlead-${o.name}`, log })
  const inspection = await TopicInspection.open({ kafka, brokers, topics: expectedTopics(config) })
  const codecs = await openCodecs(config.HOTLEAD_REGISTRY, config.HOTLEAD_TOPIC_PREFIX)
  const models = new ModelStore({
    kafka,
    topic: topics.models,
    codec: codecs.models,
    registry: config.HOTLEAD_REGISTRY,
  })
  await needsKafka(brokers, () => models.refresh())
  const redis = openRedis(config.HOTLEAD_REDIS, error => log.warn({ err: error }, 'Redis connection'))
  const memory = redisMemory(redis, log)
  // A Redis that is away now is looked at when it is back.
  const evicts = await within(REDIS_WITHIN, memory)()
  if (evicts.length > 0) throw new Error(evicts.join('; '))
  const metrics = processorMetrics(o.name)

  let stop: ((reason: string, code?: number) => Promise<void>) | undefined
  let ending = false
  /** Several partitions may refuse at once: it is said once. */
  function fatal(error: Error): void {
    if (ending) return
    ending = true
    log.fatal({ err: error }, error.message)
    if (stop) stop(error.message, 1)
    else process.exit(1)
  }
  const parts = o.build({ codecs, models, topics })
  const running = await needsKafka(brokers, () =>
    runProcessor({
      ...parts,
      kafka,
      redis,
      redisPrefix: config.HOTLEAD_REDIS_PREFIX,
      sessionTimeout: config.HOTLEAD_SESSION_TIMEOUT,
      groupId: `${config.HOTLEAD_TOPIC_PREFIX}hotlead-${o.name}`,
      deadLetter: topics['dead-letter'],
      partitions: config.HOTLEAD_PARTITIONS,
      idlePartitions: config.HOTLEAD_IDLE_PARTITIONS,
      compactionLag: COMPACTION_LAG,
      log,
      ...metrics,
      onFatal: fatal,
    }),
  )
  const watching = watch([() => inspection.problems(), memory], wrong => fatal(new Error(wrong.join('; '))))
  const silence = redisSilence(redis)
  const health = await healthServer({
    host: config.HOTLEAD_HOST,
    port: o.port,
    ready: async () => running.notReady() ?? (await silence()),
    registry: metrics.registry,
  })
  stop = shutdown(
    [
      {
        name: 'watch',
        run: () => {
          watching.stop()
          return inspection.close()
        },
      },
      { name: 'processor', run: () => running.stop() },
      { name: 'models', run: () => models.close() },
      { name: 'health', run: () => health.close() },
      { name: 'redis', run: () => redis.disconnect() },
    ],
    { log },
  ).stop
  log.info({ port: health.port }, `${o.name} runs`)
}

/** The topics as this configuration wants them. */
export function expectedTopics(
  config: Pick<BaseConfig, 'HOTLEAD_TOPIC_PREFIX' | 'HOTLEAD_PARTITIONS' | 'HOTLEAD_IDLE_PARTITIONS'>,
) {
  const names = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  return TOPICS.map(t => ({
    name: names[t.name],
    partitions: t.partitions === 'input' ? config.HOTLEAD_PARTITIONS : t.partitions,
    idle: t.partitions === 'input' ? config.HOTLEAD_IDLE_PARTITIONS : 0,
    config: t.config,
  }))
}

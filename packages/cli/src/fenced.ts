import { FencedProducer } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from './config.ts'

/** Times that it is tried: a coordinator that has just moved, or that is at another's markers, has it a second later. */
const TRIES = 4
/** ms between them, of any length in this range: two that met are not to meet again. */
const PAUSE = { least: 500, most: 1_500 }

/**
 * The one producer that goes by this name in the installation: whoever opens it later fences the others, whose next write
 * into these partitions fails, and finds in the log whatever they wrote.
 */
export async function fencedProducer(
  config: CliConfig,
  kafka: Kafka,
  name: string,
  topics: readonly string[],
): Promise<FencedProducer> {
  const own = topics.flatMap(topic =>
    Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, partition) => ({ topic, partition })),
  )
  const id = `${config.HOTLEAD_TOPIC_PREFIX}hotlead-${name}`
  const spread = { partitions: config.HOTLEAD_PARTITIONS, idle: config.HOTLEAD_IDLE_PARTITIONS }
  for (let tries = 1; ; tries++) {
    try {
      return await FencedProducer.fence(kafka, id, own, spread)
    } catch (error) {
      if (tries === TRIES) throw error
      const pause = PAUSE.least + Math.random() * (PAUSE.most - PAUSE.least)
      await new Promise(resolve => setTimeout(resolve, pause))
    }
  }
}

import {
  type Activity,
  type Codec,
  type Control,
  NO_ACTIVITY,
  PARTITION_KEY,
  topicNames,
} from '@hotlead/contracts'
import { FencedProducer, type NewRecord } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'

/** Times that it is tried: a coordinator that has just moved, or that is at another's markers, has it a second later. */
const TRIES = 4

/** The one producer of a workspace's recounts: whoever opens it later fences the others', whose next write fails. */
export async function recountProducer(
  config: CliConfig,
  kafka: Kafka,
  workspace: string,
): Promise<FencedProducer> {
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
  const id = `${config.HOTLEAD_TOPIC_PREFIX}hotlead-recount-${workspace}`
  const own = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, partition) => ({ topic, partition }))
  for (let tries = 1; ; tries++) {
    try {
      return await FencedProducer.fence(kafka, id, own)
    } catch (error) {
      if (tries === TRIES) throw error
      await new Promise(resolve => setTimeout(resolve, 1_000))
    }
  }
}

export function recountControl(activity: Codec<Activity>, control: Control): NewRecord {
  return {
    key: PARTITION_KEY,
    value: activity.encode({ ...NO_ACTIVITY, kind: 'control', control }),
  }
}

import {
  type Activity,
  type Codec,
  type Control,
  NO_ACTIVITY,
  PARTITION_KEY,
  topicNames,
} from '@hotlead/contracts'
import type { FencedProducer, NewRecord } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'
import { fencedProducer } from '../fenced.ts'

/** The one producer of a workspace's recounts. */
export function recountProducer(config: CliConfig, kafka: Kafka, workspace: string): Promise<FencedProducer> {
  return fencedProducer(config, kafka, `recount-${workspace}`, [
    topicNames(config.HOTLEAD_TOPIC_PREFIX).activity,
  ])
}

export function recountControl(activity: Codec<Activity>, control: Control): NewRecord {
  return {
    key: PARTITION_KEY,
    value: activity.encode({ ...NO_ACTIVITY, kind: 'control', control }),
  }
}

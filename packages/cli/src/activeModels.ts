import {
  type Activity,
  type Codec,
  PARTITION_KEY,
  type Recounts,
  type Score,
  topicNames,
} from '@hotlead/contracts'
import { PartitionReader } from '@hotlead/kafka'
import { afterControl, NO_RECOUNTS } from '@hotlead/processors'
import type { RedisClient } from '@hotlead/redis'
import { foreignState, parsePosition, redisKeys } from '@hotlead/stream'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from './config.ts'
import { decode } from './registry.ts'

/** What one partition is scored by. */
export interface ActiveModel {
  /** undefined: by none. */
  version: string | undefined
  recounts: Recounts
}

/**
 * What each partition of a workspace is scored by: what the scorer has folded, and what waits in the log for it.
 * Reads only what is not folded yet, so it is quick unless Redis was emptied.
 */
export async function activeModels(
  config: CliConfig,
  kafka: Kafka,
  redis: RedisClient,
  codecs: { scores: Codec<Score>; activity: Codec<Activity> },
  workspace: string,
): Promise<ActiveModel[]> {
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
  const partitions = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, p) => p)
  const reader = new PartitionReader(kafka)
  try {
    const starts = await reader.offsets(topic, partitions, 'start')
    const ends = await reader.offsets(topic, partitions, 'end')
    const { cluster, topics } = await reader.describe([topic])
    const log = { cluster, topics: { [topic]: topics.get(topic)?.id ?? '' } }
    const active: ActiveModel[] = []
    for (const p of partitions) {
      const keys = redisKeys(config.HOTLEAD_REDIS_PREFIX, 'scorer', p)
      // In one step: the state is that of this position.
      const answers = await redis.multi().hgetall(keys.pos).hgetBuffer(keys.state, PARTITION_KEY).exec()
      const [hash, state] = (answers ?? []).map(([error, value]) => {
        if (error) throw error
        return value
      })
      const stored = parsePosition((hash ?? {}) as Record<string, string>)
      // What a state of another log says of models is not so in this one.
      const position = foreignState({ source: topic, partition: p }, stored?.log, log) ? undefined : stored
      const folded = position && state ? await decode(config, codecs.scores, state as Buffer) : undefined
      let version = folded?.models?.[workspace] || undefined
      let recounts = folded?.recounts ?? null
      const from = Math.max(position?.next ?? 0, starts.get(p) as number)
      for await (const records of reader.read(topic, p, from, ends.get(p) as number))
        for (const { key, value, offset, timestamp } of records) {
          if (key !== PARTITION_KEY || !value) continue
          const { control } = await decode(config, codecs.activity, value)
          if (control?.workspace !== workspace) continue
          const after = afterControl(recounts, control, { offset, clock: timestamp })
          recounts = after.recounts
          if (after.isActive) version = control.model
        }
      active.push({ version, recounts: recounts?.[workspace] ?? NO_RECOUNTS })
    }
    return active
  } finally {
    await reader.close()
  }
}

import { type Activity, type Codec, PARTITION_KEY, type Score, topicNames } from '@hotlead/contracts'
import { PartitionReader } from '@hotlead/kafka'
import type { RedisClient } from '@hotlead/redis'
import { foreignState, parsePosition, redisKeys } from '@hotlead/stream'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from './config.ts'
import { decode } from './registry.ts'

/**
 * Version of the workspace's model in each partition, and the partitions in which a recount is prepared: what the scorer
 * has folded, or what waits in the log for it.
 * Reads only what is not folded yet, so it is quick unless Redis was emptied.
 */
export async function activeModels(
  config: CliConfig,
  kafka: Kafka,
  redis: RedisClient,
  codecs: { scores: Codec<Score>; activity: Codec<Activity> },
  workspace: string,
): Promise<{ versions: (string | undefined)[]; prepared: Set<number> }> {
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
  const partitions = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, p) => p)
  const reader = new PartitionReader(kafka)
  try {
    const starts = await reader.offsets(topic, partitions, 'start')
    const ends = await reader.offsets(topic, partitions, 'end')
    const { cluster, topics } = await reader.describe([topic])
    const log = { cluster, topics: { [topic]: topics.get(topic)?.id ?? '' } }
    const versions: (string | undefined)[] = []
    const open = new Set<number>()
    for (const p of partitions) {
      const keys = redisKeys(config.HOTLEAD_REDIS_PREFIX, 'scorer', p)
      const stored = parsePosition(await redis.hgetall(keys.pos))
      // What a state of another log says of models is not so in this one.
      const position = foreignState({ source: topic, partition: p }, stored?.log, log) ? undefined : stored
      const state = position && (await redis.hgetBuffer(keys.state, PARTITION_KEY))
      const folded = state && (await decode(config, codecs.scores, state))
      let version = folded?.models?.[workspace] || undefined
      let prepared = folded?.recounts?.[workspace]?.prepared?.id
      const from = Math.max(position?.next ?? 0, starts.get(p) as number)
      for await (const records of reader.read(topic, p, from, ends.get(p) as number))
        for (const { key, value } of records) {
          if (key !== PARTITION_KEY || !value) continue
          const { control } = await decode(config, codecs.activity, value)
          if (control?.workspace !== workspace) continue
          const { recount, model } = control
          if (!recount || (recount.step === 'take' && recount.id === prepared)) version = model
          prepared = recount?.step === 'prepare' ? recount.id : undefined
        }
      versions.push(version)
      if (prepared !== undefined) open.add(p)
    }
    return { versions, prepared: open }
  } finally {
    await reader.close()
  }
}

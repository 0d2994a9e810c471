import { type Activity, type Codec, PARTITION_KEY, type Score, splitKey } from '@hotlead/contracts'
import type { RedisClient } from '@hotlead/redis'
import { redisKeys } from '@hotlead/stream'
import type { Kafka } from 'kafkajs'
import { ActivityLog } from '../activityLog.ts'
import type { CliConfig } from '../config.ts'
import { partitionOf } from '../partitionOf.ts'
import { decode } from '../registry.ts'

/** Keys per round trip. */
const CHUNK = 1_000

/**
 * Of visitors that the log says nothing of becoming a lead: those that became one before the log begins. All that the log
 * has of them was sent on to their leads, and is counted there.
 * @param keys of visitors without a link before the cut @param cuts offset per partition, all folded by the scorer
 */
export async function linkedBeforeTheLog(
  o: {
    config: CliConfig
    kafka: Kafka
    redis: RedisClient
    codecs: { activity: Codec<Activity>; scores: Codec<Score> }
  },
  keys: readonly string[],
  cuts: ReadonlyMap<number, number>,
): Promise<Set<string>> {
  const gone = new Set<string>()
  for (const [partition, own] of Map.groupBy(keys, key => partitionOf(key, cuts.size)))
    for (const key of await linked(o, partition, own)) gone.add(key)
  if (gone.size === 0) return gone
  // Opened only now: whoever is linked above has its link in it, unless it is gone.
  const log = await ActivityLog.open(o.config, o.kafka, o.codecs.activity)
  try {
    for (const [partition, from] of cuts)
      for await (const records of log.read(partition, { from }))
        for (const record of records)
          if (record.key !== PARTITION_KEY && gone.has(record.key) && log.decode(record)?.link)
            gone.delete(record.key)
  } finally {
    await log.close()
  }
  return gone
}

/** Those of the keys that are visitors of a lead by now. */
async function linked(
  { config, redis, codecs }: { config: CliConfig; redis: RedisClient; codecs: { scores: Codec<Score> } },
  partition: number,
  keys: readonly string[],
): Promise<string[]> {
  const { state } = redisKeys(config.HOTLEAD_REDIS_PREFIX, 'scorer', partition)
  const found: string[] = []
  for (let i = 0; i < keys.length; i += CHUNK) {
    const chunk = keys.slice(i, i + CHUNK)
    const states = await redis.hmgetBuffer(state, ...chunk)
    for (const [j, bytes] of states.entries())
      if (bytes && (await decode(config, codecs.scores, bytes)).lead?.alias) found.push(chunk[j] as string)
  }
  return found
}

/** Only a visitor can be linked. */
export function isVisitor(key: string): boolean {
  return splitKey(key).subject.startsWith('v:')
}

import type { RedisClient } from '@hotlead/redis'
import { IN_REDIS, lastUse, redisStore, type SourceStore } from '@hotlead/sources'
import type { CliConfig } from '../config.ts'
import { addressOf, connectRedis } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { sourcesFile } from './sourcesFile.ts'

/** Where HOTLEAD_SOURCES has the keys, and when each was used last. */
export interface OpenStore {
  store: SourceStore
  /** By the ids of keys, in ms since 1970; undefined where no Redis says so. */
  used: ReadonlyMap<string, number> | undefined
  /** Undefined where there is none; with a file it is only for `used`. */
  redis: RedisClient | undefined
  close(): void
}

/** Whether only the demo workspace is there, whose keys everyone knows. */
export function isDemo(config: CliConfig): boolean {
  return config.HOTLEAD_SOURCES === ''
}

/** @throws CliError where there is nothing to open, or where it does not answer */
export async function openStore(config: CliConfig): Promise<OpenStore> {
  if (isDemo(config))
    throw new CliError(
      EXIT.config,
      'HOTLEAD_SOURCES is not set, so there are only the demo keys, which everyone knows.',
      'Set it for this command and for every ingestor: to a file, which is made where it is not there (HOTLEAD_SOURCES=sources.yaml), or to redis.',
    )
  const isInRedis = config.HOTLEAD_SOURCES === IN_REDIS
  // A file works without: then nobody knows when its keys were used.
  const redis = await connectRedis(config).catch(error => {
    if (isInRedis) throw error
    return undefined
  })
  const prefix = config.HOTLEAD_REDIS_PREFIX
  try {
    return {
      store:
        redis !== undefined && isInRedis
          ? redisStore(redis, prefix, `Redis at ${addressOf(config.HOTLEAD_REDIS)}`)
          : sourcesFile(config.HOTLEAD_SOURCES),
      used: redis && (await lastUse(redis, prefix)),
      redis,
      close: () => redis?.disconnect(),
    }
  } catch (error) {
    redis?.disconnect()
    throw error
  }
}

/** How an ingestor hears of a change: within two looks of half a second. */
export const SEEN = 'Ingestors know within 2 s.'

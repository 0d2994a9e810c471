import { readFileSync } from 'node:fs'
import type { RedisClient } from '@hotlead/redis'
import { ConfigError, type Logger } from '@hotlead/service'
import {
  DEMO,
  Directory,
  fileStore,
  IN_REDIS,
  isLoopbackHost,
  LiveSources,
  parseSettings,
  redisStore,
  type Sources,
} from '@hotlead/sources'

export type { Sources } from '@hotlead/sources'

interface SourcesConfig {
  NODE_ENV: string
  HOTLEAD_SOURCES: string
  HOTLEAD_HOST: string
  HOTLEAD_DEMO_KEYS: 'loopback' | 'allow'
}

/** The demo workspace, whose keys everyone knows. */
export function demoSources(): Sources {
  return new Directory(DEMO)
}

/**
 * What can be said of the sources before anything is started: that their file is right, or that the demo keys may be used.
 * @throws ConfigError where the file is wrong, or where the demo keys would be reachable
 */
export function checkSources(config: SourcesConfig): void {
  const path = config.HOTLEAD_SOURCES
  if (path === IN_REDIS) return
  if (path !== '') return void parseSettings(textOf(path), path)
  if (config.NODE_ENV === 'production')
    throw new ConfigError([
      'HOTLEAD_SOURCES is not set and must be the path of a file with your keys, or redis: production does not take the demo keys',
    ])
  if (config.HOTLEAD_DEMO_KEYS !== 'allow' && !isLoopbackHost(config.HOTLEAD_HOST))
    throw new ConfigError([
      `HOTLEAD_HOST is ${JSON.stringify(config.HOTLEAD_HOST)}, which others can reach, and the demo keys are public: set HOTLEAD_SOURCES to a file with your keys, or HOTLEAD_DEMO_KEYS=allow where the port is published on loopback only`,
    ])
}

/**
 * The sources of a file or of Redis, followed from then on.
 * @throws ConfigError where they are wrong or there are none; any other error where Redis does not answer
 */
export function openSources(
  config: { HOTLEAD_SOURCES: string; HOTLEAD_REDIS_PREFIX: string },
  { redis, log }: { redis: RedisClient; log: Logger },
): Promise<LiveSources> {
  const store =
    config.HOTLEAD_SOURCES === IN_REDIS
      ? redisStore(redis, config.HOTLEAD_REDIS_PREFIX, 'Redis')
      : fileStore(config.HOTLEAD_SOURCES)
  return LiveSources.open(store, { log })
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new ConfigError([`HOTLEAD_SOURCES: ${path} cannot be read: ${(cause as Error).message}`])
  }
}

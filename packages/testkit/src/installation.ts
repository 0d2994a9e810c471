import { randomBytes } from 'node:crypto'

/** Where the run's servers are. @throws outside the `int` project */
export function servers(): { kafka: string; redis: string; registry: string } {
  const {
    HOTLEAD_TEST_KAFKA: kafka,
    HOTLEAD_TEST_REDIS: redis,
    HOTLEAD_TEST_REGISTRY: registry,
  } = process.env
  if (!kafka || !redis || !registry)
    throw new Error('no test servers: run this file in the jest project `int`')
  return { kafka, redis, registry }
}

/** The environment of an installation that no other test shares: own topics, groups and Redis keys on the same servers. */
export function ownEnvironment(): Record<string, string> {
  const id = `t${randomBytes(4).toString('hex')}`
  const { kafka, redis, registry } = servers()
  return {
    HOTLEAD_KAFKA: kafka,
    HOTLEAD_REDIS: redis,
    HOTLEAD_REGISTRY: registry,
    HOTLEAD_TOPIC_PREFIX: `${id}-`,
    HOTLEAD_REDIS_PREFIX: `${id}:`,
    HOTLEAD_PARTITIONS: '4',
    // Tests open hundreds of pages in one name at once.
    HOTLEAD_PAGES_RATE: '0',
  }
}

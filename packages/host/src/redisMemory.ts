import { evicting, memoryPolicies, type RedisClient } from '@hotlead/redis'
import type { Check, Logger } from '@hotlead/service'

/**
 * Whether any master throws keys away when it is full. A Redis whose user may not ask is warned of once: then a person
 * has to know.
 */
export function redisMemory(redis: RedisClient, log: Logger): Check {
  let warned = false
  return async () => {
    try {
      return evicting(await memoryPolicies(redis))
    } catch (err) {
      if (!warned && /NOPERM|unknown command/i.test((err as Error).message)) {
        warned = true
        log.warn(
          { err },
          'Redis does not say whether it evicts keys when it is full: maxmemory-policy must be noeviction, see ' +
            'docs/runbook/redis-evicts.md',
        )
      }
      return []
    }
  }
}

import type { Limit } from '@hotlead/beacon'
import { type RedisClient, script } from '@hotlead/redis'

/** Buckets that all ingestors take from. */
export interface SharedBuckets {
  /**
   * @param spent events that were let through already: they count in any case
   * @param ahead events wanted for what comes next
   * @returns how many of those there are, and ms until there are any again (0: now)
   * @throws where they cannot be reached
   */
  take(name: string, limit: Limit, spent: number, ahead: number): Promise<{ granted: number; wait: number }>
}

/** In Redis, one hash a bucket (100 bytes), which is gone when it is full again. */
export function redisBuckets(client: RedisClient, prefix: string): SharedBuckets {
  const take = script(client, 'takeQuota', new URL('lua/take.lua', import.meta.url))
  return {
    async take(name, { rate, burst }, spent, ahead) {
      const [granted, wait] = (await take([`${prefix}quota:${name}`], [rate, burst, spent, ahead])) as [
        number,
        number,
      ]
      return { granted, wait }
    },
  }
}

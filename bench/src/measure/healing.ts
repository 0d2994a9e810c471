import { openRedis } from '@hotlead/redis'
import { parsePosition, redisKeys } from '@hotlead/stream'
import type { Installation } from '../installation.ts'
import { now, sleep } from './clock.ts'
import { round } from './percentile.ts'

/** s from the loss of Redis until the last partition of a processor was so far. */
export interface Healing {
  /** Somebody has claimed it: the loss was noticed. */
  claimed: number
  /** What the own changelog holds is adopted, and folding begins. */
  adopted: number
  /** Readers are no longer told that it is being rebuilt. */
  known: number
  /** Everything that the log held at the loss is folded. */
  healed: number
}

const STEPS = ['claimed', 'adopted', 'known', 'healed'] as const
/** ms between two looks at the positions. */
const EVERY = 25

/**
 * Watches a processor's positions from a loss until it is healed.
 * @param ends of its source by partition, at the loss
 * @param lostAt monotonic ms
 */
export async function watchHealing(
  installation: Installation,
  processor: 'scorer' | 'tiering',
  ends: ReadonlyMap<number, number>,
  lostAt: number,
): Promise<Healing> {
  const redis = openRedis(installation.redis)
  const prefix = installation.env.HOTLEAD_REDIS_PREFIX as string
  const times: Healing = { claimed: 0, adopted: 0, known: 0, healed: 0 }
  const reached = new Map([...ends.keys()].map(p => [p, 0]))
  try {
    while ([...reached.values()].some(n => n < STEPS.length)) {
      for (const [partition, end] of ends) {
        const position = parsePosition(await redis.hgetall(redisKeys(prefix, processor, partition).pos))
        const next = position?.next
        const far =
          position === undefined
            ? 0
            : next === undefined
              ? 1
              : next < position.rebuildUntil
                ? 2
                : next < end
                  ? 3
                  : STEPS.length
        const seconds = round((now() - lostAt) / 1000)
        for (let step = reached.get(partition) as number; step < far; step++)
          times[STEPS[step] as keyof Healing] = Math.max(times[STEPS[step] as keyof Healing], seconds)
        reached.set(partition, Math.max(reached.get(partition) as number, far))
      }
      await sleep(EVERY)
    }
    return times
  } finally {
    redis.disconnect()
  }
}

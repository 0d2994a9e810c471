import type { RedisClient } from '@hotlead/redis'
import { parsePosition, redisKeys } from '@hotlead/stream'
import type { CliConfig } from '../config.ts'
import { isRebuilding } from '../reading.ts'

/** ms between two looks. */
const EVERY = 100

/**
 * Resolves once the scorers have folded `activity` up to these offsets, and none rebuilds a partition.
 * @param onWait how many records they are away from it
 */
export async function scorersReach(
  o: { config: CliConfig; redis: RedisClient },
  offsets: ReadonlyMap<number, number>,
  onWait: (records: number) => void,
): Promise<void> {
  for (;;) {
    let away = 0
    let rebuilding = false
    for (const [partition, offset] of offsets) {
      const { pos } = redisKeys(o.config.HOTLEAD_REDIS_PREFIX, 'scorer', partition)
      const position = parsePosition(await o.redis.hgetall(pos))
      rebuilding ||= position === undefined || isRebuilding(position)
      away += Math.max(0, offset - (position?.next ?? 0))
    }
    if (away === 0 && !rebuilding) return
    onWait(away)
    await new Promise(resolve => setTimeout(resolve, EVERY))
  }
}

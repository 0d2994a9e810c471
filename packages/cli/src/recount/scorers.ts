import type { RedisClient } from '@hotlead/redis'
import { isRebuilding, parsePosition, redisKeys } from '@hotlead/stream'
import type { CliConfig } from '../config.ts'
import { CliError, EXIT } from '../exit.ts'

/** ms between two looks. */
const EVERY = 100
/** ms without any progress after which it is given up: a rebuild, and a broker that comes back, take less. */
const PATIENCE = 120_000

/**
 * Resolves once the scorers have folded `activity` up to these offsets, and none rebuilds a partition.
 * @param onWait how many records they are away from it
 * @throws CliError (unavailable) where for two minutes nothing of it is folded
 */
export async function scorersReach(
  o: { config: CliConfig; redis: RedisClient; patience?: number },
  offsets: ReadonlyMap<number, number>,
  onWait: (records: number) => void,
): Promise<void> {
  let since = performance.now()
  let before = Number.POSITIVE_INFINITY
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
    if (away !== before) since = performance.now()
    else if (performance.now() - since > (o.patience ?? PATIENCE))
      throw new CliError(
        EXIT.unavailable,
        `The scorers have stood still for ${Math.round((o.patience ?? PATIENCE) / 1000)} s, ${away} records before what they must have folded. The numbers are the old ones.`,
        '`hotlead status` shows what is away. Then publish again, with --replay.',
      )
    before = away
    onWait(away)
    await new Promise(resolve => setTimeout(resolve, EVERY))
  }
}

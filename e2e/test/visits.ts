import { factsOf } from '@hotlead/model'
import { redisKeys } from '@hotlead/stream'
import type { Installation } from '@hotlead/testkit'

/** Page views that are counted, by what the scorer keeps in Redis. */

/** Posts one view for each visitor named. */
export async function visit(hot: Installation, ...visitors: string[]): Promise<void> {
  const batch = visitors.map(anonymousId => ({ type: 'page', anonymousId, properties: { path: '/pricing' } }))
  expect(await hot.post('/v1/batch', { batch })).toBe(200)
}

/** Views of each visitor, once everything in the log is folded. */
export async function visits(hot: Installation): Promise<Record<string, number>> {
  await hot.folded()
  const found: Record<string, number> = {}
  for (let partition = 0; partition < Number(hot.env.HOTLEAD_PARTITIONS); partition++) {
    const { state } = redisKeys(hot.env.HOTLEAD_REDIS_PREFIX as string, 'scorer', partition)
    for (const [key, bytes] of Object.entries(await hot.redis.hgetallBuffer(state))) {
      const { lead } = hot.codecs.scores.decode(bytes)
      const views = lead && factsOf(lead, 'page-view')
      if (views)
        found[key.split('v:')[1] as string] = views.older + views.buckets.reduce((sum, b) => sum + b.count, 0)
    }
  }
  return found
}

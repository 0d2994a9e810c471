import { hash } from 'node:crypto'
import { openCodecs } from '@hotlead/contracts'
import { factsOf } from '@hotlead/model'
import { openRedis } from '@hotlead/redis'
import { redisKeys } from '@hotlead/stream'
import type { Installation } from '../installation.ts'

/** Every state of both processors as digests by key, and what the load's visitors have seen. */
export interface States {
  scorer: Map<string, string>
  tiering: Map<string, string>
  /** Page views of each key of the load. */
  views: Map<string, number>
}

/**
 * Reads all states, at rest. The scorer's must come back to the byte. Of tiering's the offset in `scores` is left out:
 * a timer that fires at another mark than before a rebuild leaves another one, and nothing else.
 * @param isOfLoad keys whose states go on changing: their page views are counted instead
 */
export async function readStates(
  installation: Installation,
  isOfLoad: (key: string) => boolean,
): Promise<States> {
  const codecs = await openCodecs(installation.registry)
  const found: States = { scorer: new Map(), tiering: new Map(), views: new Map() }
  for await (const [key, bytes] of statesOf(installation, 'scorer')) {
    if (!isOfLoad(key)) found.scorer.set(key, digest(bytes))
    else {
      const { lead } = codecs.scores.decode(bytes)
      const views = lead && factsOf(lead, 'page-view')
      found.views.set(key, (views?.older ?? 0) + (views?.buckets ?? []).reduce((sum, b) => sum + b.count, 0))
    }
  }
  for await (const [key, bytes] of statesOf(installation, 'tiering')) {
    if (isOfLoad(key)) continue
    const { offset: _, snapshot, ...standing } = codecs.standing.decode(bytes)
    found.tiering.set(key, digest(`${JSON.stringify(standing)} ${snapshot ? digest(snapshot) : ''}`))
  }
  return found
}

/** The first keys that are not what they were, or are there in one only. */
export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])]
  return keys.filter(key => before.get(key) !== after.get(key))
}

async function* statesOf(installation: Installation, processor: string): AsyncGenerator<[string, Buffer]> {
  const redis = openRedis(installation.redis)
  try {
    for (let p = 0; p < installation.partitions; p++) {
      const { state } = redisKeys(installation.env.HOTLEAD_REDIS_PREFIX as string, processor, p)
      let cursor = '0'
      do {
        const [next, flat] = await redis.hscanBuffer(state, cursor, 'COUNT', 2_000)
        cursor = next.toString()
        for (let i = 0; i < flat.length; i += 2) {
          const key = String(flat[i])
          // '#' is the partition's own: its clock.
          if (key !== '#') yield [key, flat[i + 1] as Buffer]
        }
      } while (cursor !== '0')
    }
  } finally {
    redis.disconnect()
  }
}

function digest(of: Buffer | string): string {
  return hash('sha1', of, 'base64').slice(0, 16)
}

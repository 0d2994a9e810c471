import { openRedis } from '@hotlead/redis'
import { redisKeys } from '@hotlead/stream'
import type { Installation } from '../installation.ts'
import { percentile } from './percentile.ts'

export interface ProcessorBytes {
  leads: number
  /** MEMORY USAGE (all samples) of the state hashes, per lead. */
  hash: number
  /** Growth of used_memory while it ran, per lead: state, timers, indexes, positions and what Redis adds. */
  used: number
  /** Key and value of one lead, with the hash's own overhead per entry. */
  median: number
  p99: number
  max: number
  /** Redis's own bytes per entry: pointers, headers, rounding. */
  overhead: number
}

export interface LeadBytes {
  scorer: ProcessorBytes
  tiering: ProcessorBytes
}

/** @param grown bytes of used_memory that each processor's run added */
export async function leadBytes(
  installation: Installation,
  grown: Record<'scorer' | 'tiering', number>,
): Promise<LeadBytes> {
  return {
    scorer: await ofProcessor(installation, 'scorer', grown.scorer),
    tiering: await ofProcessor(installation, 'tiering', grown.tiering),
  }
}

async function ofProcessor(installation: Installation, name: string, grown: number): Promise<ProcessorBytes> {
  const redis = openRedis(installation.redis)
  const sizes: number[] = []
  let memory = 0
  try {
    for (let p = 0; p < installation.partitions; p++) {
      const { state } = redisKeys(installation.env.HOTLEAD_REDIS_PREFIX as string, name, p)
      memory += Number((await redis.memory('USAGE', state, 'SAMPLES', 0)) ?? 0)
      let cursor = '0'
      const seen = new Set<string>()
      do {
        const [next, flat] = await redis.hscanBuffer(state, cursor, 'COUNT', 2_000)
        cursor = next.toString()
        for (let i = 0; i < flat.length; i += 2) {
          const [key, value] = [flat[i] as Buffer, flat[i + 1] as Buffer]
          // A scan may show an entry twice; '#' is the partition's own.
          if (key.length === 1 || seen.has(key.toString())) continue
          seen.add(key.toString())
          sizes.push(key.length + value.length)
        }
      } while (cursor !== '0')
    }
  } finally {
    redis.disconnect()
  }
  return perLead(sizes, memory, grown)
}

/** Pure. @param sizes bytes of key and value of each lead */
export function perLead(sizes: readonly number[], memory: number, grown: number): ProcessorBytes {
  const sorted = Float64Array.from(sizes).sort()
  const payload = sorted.reduce((a, b) => a + b, 0)
  const leads = sorted.length
  const overhead = (memory - payload) / leads
  const at = (p: number) => Math.round(percentile(sorted, p) + overhead)
  return {
    leads,
    hash: Math.round(memory / leads),
    used: Math.round(grown / leads),
    median: at(0.5),
    p99: at(0.99),
    max: at(1),
    overhead: Math.round(overhead),
  }
}

import { openRedis } from '@hotlead/redis'
import { parsePosition, redisKeys } from '@hotlead/stream'
import type { Say } from '../context.ts'
import type { Installation } from '../installation.ts'
import { now, sleep } from './clock.ts'
import { cpuSeconds } from './cpu.ts'
import { round } from './percentile.ts'

/** How far a processor has come, by the positions in Redis. */
export interface Sample {
  /** Monotonic ms. */
  time: number
  /** Records folded and committed, all partitions together. */
  done: number
  /** Seconds of CPU that the process has used; undefined until it is known. */
  cpu: number | undefined
}

export interface CatchUp {
  records: number
  samples: Sample[]
  /** Records a second from the start of the process to the last commit. */
  fromStart: number
  /** The same between the first and the last tenth of the records: without start-up, warm-up and the last batches. */
  steady: number
  /** Records per second of the process's own CPU over the same stretch: what others on the machine disturb least. */
  perCpuSecond: number
  /** Seconds from the start of the process to its first commit, and to its last. */
  firstCommit: number
  seconds: number
}

/** Pause between two looks at the positions: eight HGETALL, well below a thousandth of a core. */
const EVERY = 50

/**
 * Watches a processor until it has folded everything up to `ends`.
 * @param starts, ends offsets by partition
 * @param started monotonic ms at which its process was started
 * @param pid of it, once known
 */
export async function watchCatchUp(
  installation: Installation,
  processor: string,
  starts: ReadonlyMap<number, number>,
  ends: ReadonlyMap<number, number>,
  started: number,
  pid: Promise<number>,
  say: Say,
): Promise<CatchUp> {
  const redis = openRedis(installation.redis)
  const prefix = installation.env.HOTLEAD_REDIS_PREFIX as string
  const total = [...ends].reduce((sum, [p, end]) => sum + end - (starts.get(p) ?? 0), 0)
  const samples: Sample[] = []
  let told = started
  let known: number | undefined
  pid.then(
    p => (known = p),
    () => {},
  )
  try {
    for (;;) {
      const done = await Promise.all(
        [...ends].map(async ([partition, end]) => {
          const position = parsePosition(await redis.hgetall(redisKeys(prefix, processor, partition).pos))
          return Math.min(position?.next ?? 0, end) - (starts.get(partition) ?? 0)
        }),
      )
      const sum = done.reduce((a, b) => a + Math.max(0, b), 0)
      const time = now()
      samples.push({ time, done: sum, cpu: known && cpuSeconds(known) })
      if (sum >= total) break
      if (time - told > 2_000) {
        told = time
        say(`  ${sum} of ${total} records folded`)
      }
      await sleep(EVERY)
    }
  } finally {
    redis.disconnect()
  }
  return summary(samples, total, started)
}

/** Pure: rates of a run from its samples. */
export function summary(samples: Sample[], records: number, started: number): CatchUp {
  const at = (share: number) => samples.find(s => s.done >= records * share) as Sample
  const [from, to, last] = [at(0.1), at(0.9), at(1)]
  const first = samples.find(s => s.done > 0) as Sample
  // The process may have folded a tenth before it was ready and its id known to us.
  const counted = samples.find(s => s.done >= from.done && s.cpu !== undefined) ?? from
  const rate = (n: number, ms: number) => (ms > 0 ? Math.round((n * 1000) / ms) : Number.NaN)
  return {
    records,
    samples,
    fromStart: rate(records, last.time - started),
    steady: rate(to.done - from.done, to.time - from.time),
    perCpuSecond: rate(to.done - counted.done, ((to.cpu ?? 0) - (counted.cpu ?? 0)) * 1000),
    firstCommit: round((first.time - started) / 1000),
    seconds: round((last.time - started) / 1000),
  }
}

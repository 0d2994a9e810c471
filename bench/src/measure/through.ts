import { kafkaClient, PartitionReader } from '@hotlead/kafka'
import type { Say } from '../context.ts'
import type { Installation } from '../installation.ts'
import { now } from './clock.ts'
import { watchCpu } from './cpu.ts'
import { type CatchUp, watchCatchUp } from './progress.ts'

/** A stretch of a topic: offsets by partition. */
export interface Stretch {
  starts: ReadonlyMap<number, number>
  ends: ReadonlyMap<number, number>
}

/** How a service got through a stretch of its source, and percent of a core that it and the servers used meanwhile. */
export type Through = CatchUp & { cpu: Record<string, number> }

/** All that a topic holds now. */
export async function stretchOf({ kafka, partitions: count }: Installation, topic: string): Promise<Stretch> {
  const reader = new PartitionReader(kafkaClient({ brokers: [kafka], clientId: 'hotlead-bench' }))
  const partitions = Array.from({ length: count }, (_, p) => p)
  try {
    return {
      starts: await reader.offsets(topic, partitions, 'start'),
      ends: await reader.offsets(topic, partitions, 'end'),
    }
  } finally {
    await reader.close()
  }
}

/**
 * Starts one service alone, waits until it has folded a stretch of its source, and stops it.
 * @param sources root of the workspace that it runs from: a `mutant`
 */
export async function through(
  installation: Installation,
  name: 'scorer' | 'tiering',
  { starts, ends }: Stretch,
  say: Say,
  sources?: string,
): Promise<Through> {
  const started = now()
  const service = installation.start(name, sources)
  const pid = service.then(s => s.pid)
  const watching = watchCatchUp(installation, name, starts, ends, started, pid, say)
  const cpu = watchCpu({ [name]: await pid, ...installation.pids() })
  const result = await watching
  const used = cpu()
  say(
    `  ${result.records} records in ${result.seconds} s: ${result.fromStart}/s from start, ${result.steady}/s steady, ${result.perCpuSecond} per second of its CPU`,
  )
  await (await service).stop()
  return { ...result, cpu: used }
}

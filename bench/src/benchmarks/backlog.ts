import { topicNames } from '@hotlead/contracts'
import { kafkaClient, PartitionReader } from '@hotlead/kafka'
import { openRedis } from '@hotlead/redis'
import { DEMO_SECRET } from '@hotlead/service'
import type { Context } from '../context.ts'
import { type Installation, install } from '../installation.ts'
import { now } from '../measure/clock.ts'
import { watchCpu } from '../measure/cpu.ts'
import { type LeadBytes, leadBytes } from '../measure/leadBytes.ts'
import { type CatchUp, watchCatchUp } from '../measure/progress.ts'
import { describeProfile, type ProfileOf, takeProfile } from '../profile/profiling.ts'
import { population } from '../traffic/population.ts'
import { preload } from '../traffic/preload.ts'

export interface Backlog {
  eventBytes: number
  scorer: CatchUp & { cpu: Record<string, number> }
  tiering: CatchUp & { cpu: Record<string, number> }
  bytes: LeadBytes
  profiles: ProfileOf[]
}

let done: Promise<Backlog> | undefined

/** One backlog and what two benchmarks read from it: run once, whoever asks first. */
export function backlog(context: Context): Promise<Backlog> {
  done ??= run(context)
  return done
}

async function run(context: Context): Promise<Backlog> {
  const { options, say } = context
  say(`backlog: ${options.events} events over ${options.leads} leads`)
  const installation = await install(context)
  const profiles: ProfileOf[] = []
  try {
    const empty = await usedMemory(installation)
    const { bytes } = await preload(
      installation,
      population({ events: options.events, leads: options.leads, end: Date.now(), secret: DEMO_SECRET }),
      say,
    )
    const topics = topicNames()
    const scorer = await catchUp(context, installation, 'scorer', topics.activity, profiles)
    const scored = await usedMemory(installation)
    const tiering = await catchUp(context, installation, 'tiering', topics.scores, profiles)
    const tiered = await usedMemory(installation)
    return {
      eventBytes: Math.round(bytes / options.events),
      scorer,
      tiering,
      profiles,
      bytes: await leadBytes(installation, { scorer: scored - empty, tiering: tiered - scored }),
    }
  } finally {
    await installation.close()
  }
}

/** Starts one service alone, waits until it has folded what is there, and stops it. */
async function catchUp(
  { say }: Context,
  installation: Installation,
  name: 'scorer' | 'tiering',
  topic: string,
  profiles: ProfileOf[],
): Promise<CatchUp & { cpu: Record<string, number> }> {
  const reader = new PartitionReader(
    kafkaClient({ brokers: [installation.kafka], clientId: 'hotlead-bench' }),
  )
  const partitions = Array.from({ length: installation.partitions }, (_, p) => p)
  const starts = await reader.offsets(topic, partitions, 'start')
  const ends = await reader.offsets(topic, partitions, 'end')
  await reader.close()
  say(`${name} starts`)
  const started = now()
  const service = installation.start(name)
  const pid = service.then(s => s.pid)
  const watching = watchCatchUp(installation, name, starts, ends, started, pid, say)
  const cpu = watchCpu({ [name]: await pid, ...installation.pids() })
  const result = await watching
  const used = cpu()
  say(
    `  ${result.records} records in ${result.seconds} s: ${result.fromStart}/s from start, ${result.steady}/s steady, ${result.perCpuSecond} per second of its CPU`,
  )
  await (await service).stop()
  const first = result.samples.find(s => s.done > 0)?.time ?? started
  const profile = takeProfile(name, first, result.samples.at(-1)?.time ?? first)
  if (profile) {
    profiles.push(profile)
    say(describeProfile(profile))
  }
  return { ...result, cpu: used }
}

async function usedMemory({ redis: url }: Installation): Promise<number> {
  const redis = openRedis(url)
  try {
    return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
  } finally {
    redis.disconnect()
  }
}

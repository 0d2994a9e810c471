import { topicNames } from '@hotlead/contracts'
import { openRedis } from '@hotlead/redis'
import { DEMO_SECRET } from '@hotlead/service'
import type { Context } from '../context.ts'
import { type Installation, install } from '../installation.ts'
import { now } from '../measure/clock.ts'
import { type LeadBytes, leadBytes } from '../measure/leadBytes.ts'
import { stretchOf, type Through, through } from '../measure/through.ts'
import { describeProfile, type ProfileOf, takeProfile } from '../profile/profiling.ts'
import { population } from '../traffic/population.ts'
import { preload } from '../traffic/preload.ts'

export interface Backlog {
  eventBytes: number
  scorer: Through
  tiering: Through
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

async function catchUp(
  { say }: Context,
  installation: Installation,
  name: 'scorer' | 'tiering',
  topic: string,
  profiles: ProfileOf[],
): Promise<Through> {
  const stretch = await stretchOf(installation, topic)
  say(`${name} starts`)
  const started = now()
  const result = await through(installation, name, stretch, say)
  const first = result.samples.find(s => s.done > 0)?.time ?? started
  const profile = takeProfile(name, first, result.samples.at(-1)?.time ?? first)
  if (profile) {
    profiles.push(profile)
    say(describeProfile(profile))
  }
  return result
}

async function usedMemory({ redis: url }: Installation): Promise<number> {
  const redis = openRedis(url)
  try {
    return Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
  } finally {
    redis.disconnect()
  }
}

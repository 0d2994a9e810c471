import { appendFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hotlead } from '@hotlead/testkit'
import { Checker } from './checker.ts'
import type { Ends } from './ends.ts'
import { publish } from './faults/model.ts'
import { type Instance, instances } from './instances.ts'
import { FLOOD_LIMIT } from './load/floods.ts'
import { Load } from './load/load.ts'
import { FIRST } from './load/model.ts'
import { Progress } from './progress.ts'
import type { Servers } from './servers.ts'
import { SESSION_TIMEOUT, sleep, type World } from './world.ts'

/** Records of one send, as the ingestor's README has it. */
const ONE_SEND = 500

export interface InstallationOptions {
  servers: Servers
  dataDir: string
  /** Of the sources that the services run from. */
  root: string
  /** Of each service. */
  count: number
  partitions: number
  seed: number
  rate: number
  /** Tells this installation from the earlier ones on the same servers. */
  era: number
  /** Where ends that nobody asked for are counted. */
  ends: Ends
  say(line: string): void
}

/** Topics, services, load and checker on the run's servers. Several follow each other, so that no log grows too long. */
export interface Installation {
  world: World
  load: Load
  checker: Checker
  progress: Progress
  /** Records in `activity`, all partitions together. */
  size(): Promise<number>
  close(): Promise<void>
}

export async function install(o: InstallationOptions): Promise<Installation> {
  const { servers, dataDir, era } = o
  const topicPrefix = `c${era}-`
  const redisPrefix = `c${era}:`
  const spool = join(dataDir, `spool-${era}`)
  const own = {
    HOTLEAD_SPOOL: spool,
    // Some visitors of the load come oftener than a person: what is flagged would not be in the checker's sums.
    HOTLEAD_HOT_KEY_RATE: '0',
    ...FLOOD_LIMIT,
    HOTLEAD_TOPIC_PREFIX: topicPrefix,
    HOTLEAD_REDIS_PREFIX: redisPrefix,
    HOTLEAD_PARTITIONS: String(o.partitions),
    HOTLEAD_SESSION_TIMEOUT: String(SESSION_TIMEOUT),
  }
  const env = { ...own, ...servers.direct }
  await servers.redis.flush()
  const done = await hotlead(env, ['setup'])
  if (done.code !== 0) throw new Error(`hotlead setup ended with ${done.code}: ${done.err}`)
  mkdirSync(dataDir, { recursive: true })
  await publish({ dataDir, env }, FIRST)
  const ackedFile = join(dataDir, `acked-${era}.txt`)
  if (!existsSync(ackedFile)) writeFileSync(ackedFile, '')
  /** Of a send whose answer is lost, and of what a spool has sent and its ingestor did not live to note. */
  const sendMayRepeat = ({ service }: Instance) => {
    if (service === 'ingestor') appendFileSync(ackedFile, `${JSON.stringify({ mayRepeat: ONE_SEND })}\n`)
  }
  const all = await instances(o.count, {
    root: o.root,
    env: { ...own, ...servers.proxied },
    dataDir,
    onKilled: sendMayRepeat,
    onEnded(one: Instance, code) {
      const log = one.logged()
      if (one.armed !== '') sendMayRepeat(one)
      // One with a failpoint dies of it, and says nothing; what it says itself counts as with any other.
      if (one.armed !== '' && !log.includes('"level":"fatal"')) return
      o.say(`${one.name} ended by itself (${code}) and is started again: ${o.ends.take(one.name, code, log)}`)
    },
  })
  for (const one of all) one.start()
  const progress = new Progress({
    kafka: servers.direct.HOTLEAD_KAFKA,
    redis: servers.redis.client,
    topicPrefix,
    redisPrefix,
    partitions: o.partitions,
    instances: all,
    spool,
  })
  const load = await Load.open(
    {
      seed: o.seed,
      rate: o.rate,
      ingestors: all.filter(i => i.service === 'ingestor').map(i => i.url),
      kafka: servers.direct.HOTLEAD_KAFKA,
      ackedFile,
    },
    topicPrefix,
  )
  const checker = new Checker(join(dataDir, `check-${era}.json`), join(dataDir, 'logs', 'checker.log'), {
    kafka: servers.direct.HOTLEAD_KAFKA,
    redis: servers.direct.HOTLEAD_REDIS,
    registry: servers.direct.HOTLEAD_REGISTRY,
    topicPrefix,
    redisPrefix,
    partitions: o.partitions,
    acked: ackedFile,
    restSeconds: 120,
  })
  // A fault at services that are still starting is another one than its name says.
  await progress.reached(await progress.ends())
  for (const one of all) while ((await one.notReady()) !== undefined) await sleep(100)
  return {
    world: {
      servers,
      instances: all,
      progress,
      topicPrefix,
      redisPrefix,
      partitions: o.partitions,
      env,
      dataDir,
      dumps: [],
      pace: share => load.pace(share),
      inDoubt: () => all.forEach(sendMayRepeat),
      say: o.say,
    },
    load,
    checker,
    progress,
    async size() {
      const { scorer } = await progress.ends()
      return [...scorer.values()].reduce((sum, end) => sum + end, 0)
    },
    async close() {
      load.close()
      checker.close()
      await progress.close()
      await Promise.all(all.map(i => i.kill()))
    },
  }
}

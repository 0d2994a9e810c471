import { openCodecs, topicNames } from '@hotlead/contracts'
import { kafkaClient, PartitionReader } from '@hotlead/kafka'
import { openRedis } from '@hotlead/redis'
import { DEMO_SECRET } from '@hotlead/service'
import { parsePosition, redisKeys } from '@hotlead/stream'
import type { Context, Result } from '../context.ts'
import { type Installation, install } from '../installation.ts'
import { startLoad } from '../load/runLoad.ts'
import { now, sleep } from '../measure/clock.ts'
import { watchCpu } from '../measure/cpu.ts'
import { type Healing, watchHealing } from '../measure/healing.ts'
import { watchMemory } from '../measure/memory.ts'
import { round } from '../measure/percentile.ts'
import { watchCatchUp } from '../measure/progress.ts'
import { differences, readStates, type States } from '../measure/states.ts'
import { RATES } from '../options.ts'
import { describeProfile, takeProfile } from '../profile/profiling.ts'
import type { Answers } from '../read/answers.ts'
import { startReaders } from '../read/readers.ts'
import { decisiveDue, type HotPlan, hotTraffic, viewsSent } from '../traffic/beacons.ts'
import { visitsOfAll } from '../traffic/population.ts'
import { preload } from '../traffic/preload.ts'

const PROCESSORS = ['scorer', 'tiering'] as const
type Processor = (typeof PROCESSORS)[number]
const SOURCE = { scorer: 'activity', tiering: 'scores' } as const
/** Name of the load's run, which its visitors carry. */
const RUN = 'rb'
const isOfLoad = (key: string) => key.startsWith(`demo/v:${RUN}-`)
/** Leads that the readers ask for in turn. */
const SAMPLE = 100
/** s of load before Redis is emptied, and of quiet where idle memory is looked at. */
const BEFORE = { full: 20, quick: 4 }
const QUIET = { full: 5, quick: 1 }
/** The load ends when all is healed; at the latest after so many s. */
const PATIENCE = 1_800

interface Measured {
  events: number
  snapshots: number
  healing: Record<Processor, Healing & { caughtUp: number; folded: number }>
  memory: Record<'empty' | 'full' | 'load' | 'rebuild', Record<string, number>>
  cpu: Record<string, number>
  /** From the loss until both had caught up. */
  seconds: number
  answers: Record<'before' | 'rebuild' | 'after', Answers>
  /** Sentences; empty where all came back as it was. */
  wrong: string[]
  acked: number
  redisMB: number
}

/**
 * Redis emptied while scorer and tiering run under load. It fails where a reader was told a wrong number, where any
 * state does not come back as it was, or where anybody became HOT twice or not at all.
 */
export async function rebuild(context: Context): Promise<Result[]> {
  const { options, say } = context
  const leads = options.rebuildLeads
  say(`rebuild: ${leads} leads, then Redis is emptied under load`)
  const installation = await install(context)
  try {
    const measured = await run(context, installation)
    if (measured.wrong.length > 0)
      throw new Error(`the rebuild is wrong:\n  ${measured.wrong.slice(0, 20).join('\n  ')}`)
    return [result(context, measured)]
  } finally {
    await installation.close()
  }
}

async function run({ options, say }: Context, installation: Installation): Promise<Measured> {
  const size = options.quick ? 'quick' : 'full'
  const quiet = async () => {
    const memory = watchMemory(installation.pids())
    await sleep(QUIET[size] * 1000)
    return memory()
  }
  const restart = async () => {
    const services = await Promise.all(PROCESSORS.map(name => installation.start(name)))
    return () => Promise.all(services.map(s => s.stop()))
  }
  const stopEmpty = await restart()
  const empty = await quiet()
  await stopEmpty()

  const { events } = await preload(
    installation,
    visitsOfAll({ leads: options.rebuildLeads, end: Date.now(), secret: DEMO_SECRET }),
    say,
  )
  for (const name of PROCESSORS) await fold(installation, name, say)
  // Processes that have folded nothing yet: what they held meanwhile must not hide what the rebuild takes.
  await restart()
  const ingestor = await installation.start('ingestor')
  await atRest(installation)
  const full = await quiet()
  say('  reading every state')
  const before = await readStates(installation, isOfLoad)
  say(`  ${before.scorer.size} states of the scorer, ${before.tiering.size} of tiering`)
  if (before.scorer.size !== options.rebuildLeads)
    throw new Error(`${before.scorer.size} leads are folded, and ${options.rebuildLeads} were sent`)

  const rate = (options.rates ?? RATES.rebuild[size])[0] as number
  const plan: HotPlan = { rate, hotPerSecond: 5 }
  const readers = await startReaders({
    env: { ...installation.env, NODE_ENV: 'test' },
    subjects: sample(before).map(key => key.slice('demo/'.length)),
    at: Date.now() + 3_600_000,
    partitions: installation.partitions,
  })
  try {
    const load = startLoad(
      {
        host: '127.0.0.1',
        port: ingestor.port,
        connections: options.connections,
        rate,
        warmup: 0,
        seconds: PATIENCE,
        run: RUN,
        visitors: options.visitors,
        traffic: { kind: 'hot', plan, withEmail: false },
      },
      {},
      say,
    )
    const memoryOfLoad = watchMemory(installation.pids())
    await Promise.race([sleep(BEFORE[size] * 1000), load.run])
    const underLoad = memoryOfLoad()
    const answersBefore = await readers.answers()
    const redisMB = await redisMemory(installation)

    const lost = await lose(installation, rate, say)
    const answersMeanwhile = await readers.answers()
    load.end()
    const { result: sent } = await load.run
    await atRest(installation)
    say('  at rest: reading every state again')
    const answersAfter = await readers.answers()
    const wrong = [
      ...wrongAnswers({ before: answersBefore, rebuild: answersMeanwhile, after: answersAfter }),
      ...(sent.refused + sent.unanswered > 0
        ? [`${sent.refused} events of the load were refused and ${sent.unanswered} not answered`]
        : []),
      ...wrongStates(before, await readStates(installation, isOfLoad), viewsSent(traffic(), sent.sent)),
      ...(await wrongAnnouncements(installation, readers.hot, [
        ...decisiveDue(plan, 0, 0, sent.sent, RUN).keys(),
      ])),
    ]
    if (options.profile) await profiles(installation, lost.from, lost.until, say)
    return {
      events,
      snapshots: lost.snapshots,
      healing: lost.healing,
      memory: { empty, full, load: underLoad, rebuild: lost.memory },
      cpu: lost.cpu,
      seconds: lost.seconds,
      answers: { before: answersBefore, rebuild: answersMeanwhile, after: answersAfter },
      wrong,
      acked: sent.acked,
      redisMB,
    }
  } finally {
    readers.stop()
  }

  function traffic() {
    return hotTraffic(RUN, plan, options.visitors, false)
  }
}

/** Empties Redis and watches until scorer and tiering have caught up with the load. */
async function lose(installation: Installation, rate: number, say: Context['say']) {
  const ends = {
    scorer: await endsOf(installation, 'scorer'),
    tiering: await endsOf(installation, 'tiering'),
  }
  const redis = openRedis(installation.redis)
  const memory = watchMemory(installation.pids())
  const cpu = watchCpu(installation.pids())
  say('  FLUSHALL')
  await redis.flushall()
  const from = now()
  redis.disconnect()
  const healed = await Promise.all(
    PROCESSORS.map(async name => {
      const healing = await watchHealing(installation, name, ends[name], from)
      say(`  ${name} healed: ${JSON.stringify(healing)}`)
      await caughtUp(installation, name, rate)
      return { ...healing, caughtUp: round((now() - from) / 1000) }
    }),
  )
  const sum = (of: ReadonlyMap<number, number>) => [...of.values()].reduce((a, b) => a + b, 0)
  const [scorer, tiering] = healed as [(typeof healed)[0], (typeof healed)[0]]
  return {
    from,
    until: now(),
    seconds: (now() - from) / 1000,
    snapshots: sum(ends.tiering),
    healing: {
      scorer: { ...scorer, folded: sum(ends.scorer) },
      tiering: { ...tiering, folded: sum(ends.tiering) },
    },
    memory: memory(),
    cpu: cpu(),
  }
}

/** Starts one processor, waits until it has folded everything that is there, and stops it. */
async function fold(installation: Installation, name: Processor, say: Context['say']): Promise<void> {
  const ends = await endsOf(installation, name)
  say(`${name} folds ${[...ends.values()].reduce((a, b) => a + b, 0)} records`)
  const started = now()
  const service = installation.start(name)
  const pid = service.then(s => s.pid)
  const { steady } = await watchCatchUp(installation, name, new Map(), ends, started, pid, say)
  say(`  ${steady} records/s`)
  await (await service).stop()
}

async function endsOf(installation: Installation, name: Processor): Promise<ReadonlyMap<number, number>> {
  const reader = new PartitionReader(
    kafkaClient({ brokers: [installation.kafka], clientId: 'hotlead-bench' }),
  )
  const partitions = Array.from({ length: installation.partitions }, (_, p) => p)
  try {
    return await reader.offsets(topicNames()[SOURCE[name]], partitions, 'end')
  } finally {
    await reader.close()
  }
}

/** Resolves once no more than what comes in half a second is not folded. */
async function caughtUp(installation: Installation, name: Processor, rate: number): Promise<void> {
  while ((await behind(installation, name, await endsOf(installation, name))) > rate / 2) await sleep(100)
}

/** Resolves once all that was sent is folded. */
async function atRest(installation: Installation): Promise<void> {
  for (const name of PROCESSORS) {
    const ends = await endsOf(installation, name)
    while ((await behind(installation, name, ends)) > 0) await sleep(100)
  }
}

async function behind(
  installation: Installation,
  name: Processor,
  ends: ReadonlyMap<number, number>,
): Promise<number> {
  const redis = openRedis(installation.redis)
  let records = 0
  try {
    for (const [p, end] of ends) {
      const { pos } = redisKeys(installation.env.HOTLEAD_REDIS_PREFIX as string, name, p)
      records += Math.max(0, end - (parsePosition(await redis.hgetall(pos))?.next ?? 0))
    }
    return records
  } finally {
    redis.disconnect()
  }
}

async function redisMemory({ redis: url }: Installation): Promise<number> {
  const redis = openRedis(url)
  try {
    return Math.round(Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1]) / 1e6)
  } finally {
    redis.disconnect()
  }
}

/** Some leads of every kind: half of those that tiering keeps, half of all. */
function sample({ scorer, tiering }: States): string[] {
  const some = (keys: string[]) => {
    const step = Math.max(1, Math.floor((keys.length * 2) / SAMPLE))
    return keys.filter((_, i) => i % step === 0).slice(0, SAMPLE / 2)
  }
  return [...new Set([...some([...tiering.keys()]), ...some([...scorer.keys()])])]
}

function wrongAnswers(answers: Measured['answers']): string[] {
  return Object.entries(answers).flatMap(([when, a]) =>
    a.wrong > 0 ? [`${a.wrong} wrong answers (${when}): ${a.examples.join('; ')}`] : [],
  )
}

function wrongStates(before: States, after: States, views: ReadonlyMap<string, number>): string[] {
  const wrong: string[] = []
  for (const name of PROCESSORS) {
    const keys = differences(before[name], after[name])
    if (keys.length > 0)
      wrong.push(`${keys.length} states of ${name} are not as they were: ${keys.slice(0, 3).join(', ')}`)
  }
  const miscounted = [...views].filter(([key, n]) => after.views.get(key) !== n)
  if (miscounted.length > 0) {
    const [key, n] = miscounted[0] as [string, number]
    wrong.push(
      `${miscounted.length} visitors of the load are miscounted: ${key} saw ${n} pages, and ${after.views.get(key)} are folded`,
    )
  }
  return wrong
}

/** Everybody who became HOT is in `hot-leads` once: those of before, and those of the load. */
async function wrongAnnouncements(
  installation: Installation,
  hotBefore: number,
  subjects: readonly string[],
): Promise<string[]> {
  const codecs = await openCodecs(installation.registry)
  const reader = new PartitionReader(
    kafkaClient({ brokers: [installation.kafka], clientId: 'hotlead-bench' }),
  )
  const topic = topicNames()['hot-leads']
  const announced = new Map<string, number>()
  try {
    const partitions = Array.from({ length: installation.partitions }, (_, p) => p)
    for (const [p, end] of await reader.offsets(topic, partitions, 'end'))
      for await (const records of reader.read(topic, p, 0, end))
        for (const { value } of records) {
          if (!value) continue
          const { lead } = codecs['hot-leads'].decode(value)
          announced.set(lead, (announced.get(lead) ?? 0) + 1)
        }
  } finally {
    await reader.close()
  }
  const twice = [...announced].filter(([, n]) => n > 1)
  const missing = subjects.filter(s => !announced.has(s))
  const others = announced.size - (subjects.length - missing.length)
  return [
    ...(twice.length > 0
      ? [`${twice.length} leads were announced more than once, ${twice[0]?.[0]} first`]
      : []),
    ...(missing.length > 0
      ? [`${missing.length} HOT visitors of the load were not announced: ${missing[0]}`]
      : []),
    ...(others !== hotBefore
      ? [`${others} other leads were announced, and ${hotBefore} were HOT before`]
      : []),
  ]
}

async function profiles(
  installation: Installation,
  from: number,
  until: number,
  say: Context['say'],
): Promise<void> {
  for (const name of PROCESSORS) {
    await installation.stop(name)
    const profile = takeProfile(name, from, until)
    if (profile) say(describeProfile(profile))
  }
}

function result({ options }: Context, m: Measured): Result {
  const row = (name: Processor) => {
    const h = m.healing[name]
    return [
      name,
      h.claimed,
      h.adopted,
      h.known,
      h.healed,
      h.caughtUp,
      round(((m.cpu[name] ?? Number.NaN) * m.seconds) / 100, 1),
      m.memory.empty[name] ?? Number.NaN,
      m.memory.full[name] ?? Number.NaN,
      m.memory.load[name] ?? Number.NaN,
      m.memory.rebuild[name] ?? Number.NaN,
    ]
  }
  const rebuild = m.answers.rebuild
  return {
    name: `rebuild-${options.rebuildLeads}`,
    benchmark: 'rebuild',
    title: `Rebuild: Redis emptied under load, ${options.rebuildLeads.toLocaleString('en')} leads`,
    columns: [
      'service',
      'noticed s',
      'changelog adopted s',
      'readable s',
      'as at the loss s',
      'caught up s',
      'own CPU s',
      'RSS MB: no leads',
      'idle',
      'under load',
      'most in the rebuild',
    ],
    rows: PROCESSORS.map(row),
    notes: [
      `Seconds from FLUSHALL until the last of ${options.partitions} partitions was so far, at ${options.rates?.[0] ?? RATES.rebuild.full[0]} events/s; ${m.events} events and ${m.snapshots} snapshots in the log.`,
      `Readers meanwhile: ${rebuild.rebuilding} times “being rebuilt”, ${rebuild.right} right, ${rebuild.wrong} wrong.`,
      `Afterwards every state of the ${options.rebuildLeads} leads was what it had been, every visitor of the load counted and every HOT lead announced once.`,
      `Redis held ${m.redisMB} MB before. Resident MB of Redis: ${Object.entries(m.memory)
        .map(([when, of]) => `${when} ${of.redis ?? '–'}`)
        .join(', ')}; of Kafka: ${Object.entries(m.memory)
        .map(([when, of]) => `${when} ${of.kafka ?? '–'}`)
        .join(', ')}.`,
    ],
    data: m,
  }
}

import type { RunningService } from '@hotlead/testkit'
import { Child } from '../child.ts'
import type { Context, Result } from '../context.ts'
import { type Installation, install } from '../installation.ts'
import type { ListenMessage, ListenOrder, Seen } from '../listen/messages.ts'
import { type LoadRun, limitOf, measured, runLoad } from '../load/runLoad.ts'
import { now, sleep, wallTime } from '../measure/clock.ts'
import { type Spread, spread } from '../measure/percentile.ts'
import { RATES } from '../options.ts'
import { describeProfile, takeProfile } from '../profile/profiling.ts'
import { decisiveDue, type HotPlan } from '../traffic/beacons.ts'

/** s after the load in which HOT events are still waited for. */
const GRACE = 30
const SERVICES = ['scorer', 'tiering', 'ingestor'] as const

interface Level {
  rate: number
  run: LoadRun
  /** Decisive beacons due in the seconds that count, and those of them without a HOT event, or with several. */
  expected: number
  missing: number
  repeated: number
  /** ms from due to the consumer, and its three parts: to the log, on to `hot-leads`, on to the consumer. */
  total: Spread
  toLog: Spread
  toHot: Spread
  toConsumer: Spread
}

/** Beacon → HOT with everything on the one machine, timed from the moment each decisive beacon was due. */
export async function hot(context: Context): Promise<Result[]> {
  const { options, say } = context
  const rates = options.rates ?? RATES.hot[options.quick ? 'quick' : 'full']
  say(`hot: the whole pipeline at ${rates.join(', ')} beacons/s`)
  const installation = await install(context)
  const services = new Map<string, RunningService>()
  const levels: Level[] = []
  const seen: Seen[] = []
  let listener: Child<ListenMessage> | undefined
  try {
    for (const name of SERVICES) services.set(name, await installation.start(name))
    listener = await listen(installation, seen)
    for (const rate of rates)
      levels.push(await level(context, installation, services, rate, seen, listener.pid))
    if (options.profile) {
      for (const name of SERVICES) {
        await services.get(name)?.stop()
        const profile = takeProfile(name, ...measured(levels.map(l => l.run)))
        if (profile) say(describeProfile(profile))
      }
    }
  } finally {
    listener?.stop()
    await installation.close()
  }
  return [result(context, levels)]
}

async function level(
  { options, say }: Context,
  installation: Installation,
  services: ReadonlyMap<string, RunningService>,
  rate: number,
  seen: Seen[],
  consumer: number,
): Promise<Level> {
  const { seconds, warmup, connections, visitors, hotPerSecond, withEmail } = options
  const plan: HotPlan = { rate, hotPerSecond }
  const name = `h${rate}`
  say(`  ${rate} beacons/s for ${warmup} + ${seconds} s, ${hotPerSecond} visitors a second become HOT`)
  const run = await runLoad(
    {
      host: '127.0.0.1',
      port: (services.get('ingestor') as RunningService).port,
      connections,
      rate,
      warmup,
      seconds,
      run: name,
      visitors,
      traffic: { kind: 'hot', plan, withEmail },
    },
    { ...installation.pids(), consumer },
    say,
  )
  const due = decisiveDue(
    plan,
    run.result.start,
    Math.ceil(rate * warmup),
    Math.ceil(rate * (warmup + seconds)),
    name,
  )
  const arrivals = new Map<string, Seen[]>()
  const collect = () => {
    for (const s of seen.splice(0)) {
      const subject = s.subjects.find(x => due.has(x))
      if (subject) arrivals.set(subject, [...(arrivals.get(subject) ?? []), s])
    }
  }
  const giveUp = now() + GRACE * 1000
  for (collect(); arrivals.size < due.size && now() < giveUp; collect()) await sleep(100)
  const found = compare(due, arrivals)
  say(
    `  → p50 ${found.total.p50} ms, p95 ${found.total.p95} ms, p99 ${found.total.p99} ms; ${found.missing} missing`,
  )
  return { rate, run, ...found }
}

/** What arrived against what was due. */
function compare(
  due: ReadonlyMap<string, number>,
  arrivals: ReadonlyMap<string, Seen[]>,
): Omit<Level, 'rate' | 'run'> {
  const parts: Record<'total' | 'toLog' | 'toHot' | 'toConsumer', number[]> = {
    total: [],
    toLog: [],
    toHot: [],
    toConsumer: [],
  }
  let repeated = 0
  for (const [subject, events] of arrivals) {
    const [first] = events as [Seen]
    const at = due.get(subject) as number
    if (events.length > 1) repeated++
    parts.total.push(first.time - at)
    parts.toLog.push(first.since - wallTime(at))
    parts.toHot.push(first.published - first.since)
    parts.toConsumer.push(wallTime(first.time) - first.published)
  }
  return {
    expected: due.size,
    missing: due.size - arrivals.size,
    repeated,
    total: spread(parts.total),
    toLog: spread(parts.toLog),
    toHot: spread(parts.toHot),
    toConsumer: spread(parts.toConsumer),
  }
}

async function listen({ kafka, registry }: Installation, seen: Seen[]): Promise<Child<ListenMessage>> {
  let ready = () => {}
  const joined = new Promise<void>(resolve => (ready = resolve))
  const child = new Child<ListenMessage>(new URL('../listen/main.ts', import.meta.url), message => {
    if (message.kind === 'ready') ready()
    else seen.push(...message.seen)
  })
  child.tell({ kafka, registry } satisfies ListenOrder)
  await child.orEnd(joined)
  return child
}

function result({ options }: Context, levels: Level[]): Result {
  const parts = (s: Spread) => `${s.p50} / ${s.p99}`
  const cpu = ['ingestor', 'scorer', 'tiering', 'kafka', 'redis', 'load', 'consumer']
  const notes = levels.flatMap(({ rate, run, missing, repeated }) => {
    const limit = limitOf(run.result)
    return [
      `At ${rate}/s, % of a core: ${cpu.map(name => `${name} ${run.cpu[name] ?? '–'}`).join(', ')}.`,
      ...(limit ? [`At ${rate}/s ${limit}.`] : []),
      ...(missing > 0
        ? [
            `At ${rate}/s ${missing} HOT events had not come ${GRACE} s after the load: the times are without them.`,
          ]
        : []),
      ...(repeated > 0 ? [`At ${rate}/s ${repeated} HOT events came more than once.`] : []),
    ]
  })
  const kind = options.withEmail
    ? 'The decisive form carries an address, so the visitor is merged into a lead first.'
    : ''
  return {
    name: options.withEmail ? 'hot-with-email' : 'hot',
    benchmark: 'hot',
    title: `Beacon → HOT${options.withEmail ? ', by way of a merge' : ''}`,
    columns: [
      'beacons/s',
      'acknowledged/s',
      'HOT events',
      'p50 ms',
      'p95',
      'p99',
      'max',
      'to the log p50 / p99',
      'on to hot-leads',
      'on to the consumer',
      'ack p50 / p99',
    ],
    rows: levels.map(l => [
      l.rate,
      Math.round(l.run.result.acked / options.seconds),
      l.total.count,
      l.total.p50,
      l.total.p95,
      l.total.p99,
      l.total.max,
      parts(l.toLog),
      parts(l.toHot),
      parts(l.toConsumer),
      parts(l.run.result.ack),
    ]),
    notes: [
      `${options.seconds} s each after ${options.warmup} s of warm-up; from the moment the decisive beacon was due to a plain kafkajs consumer’s handler. ${kind}`.trim(),
      ...notes,
    ],
    data: levels,
  }
}

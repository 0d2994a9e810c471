import type { RunningService } from '@hotlead/testkit'
import { Child } from '../child.ts'
import type { Context } from '../context.ts'
import type { Installation } from '../installation.ts'
import type { ListenMessage, ListenOrder, Seen } from '../listen/messages.ts'
import { type LoadRun, runLoad } from '../load/runLoad.ts'
import { decisiveDue, type HotPlan } from '../traffic/beacons.ts'
import { now, sleep, wallTime } from './clock.ts'
import { type Spread, spread } from './percentile.ts'

/** s after the load in which HOT events are still waited for. */
export const GRACE = 30

/** Beacon → HOT at one rate. */
export interface Level {
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

/** A plain consumer of `hot-leads` in a process of its own, once it has joined. @param seen what it tells is added here */
export async function listen({ kafka, registry }: Installation, seen: Seen[]): Promise<Child<ListenMessage>> {
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

/** What one load runs against. */
export interface Pipeline {
  installation: Pick<Installation, 'pids'>
  services: ReadonlyMap<string, RunningService>
  /** Where `listen` puts what it sees, and its pid. */
  seen: Seen[]
  consumer: number
}

/**
 * One load against running services, until each of its HOT events has come or GRACE is over.
 * @param name of the run: no two of an installation may share it
 */
export async function level(
  { options, say }: Context,
  { installation, services, seen, consumer }: Pipeline,
  name: string,
  rate: number,
): Promise<Level> {
  const { seconds, warmup, connections, visitors, hotPerSecond, withEmail } = options
  const plan: HotPlan = { rate, hotPerSecond }
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

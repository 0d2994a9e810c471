import type { RunningService } from '@hotlead/testkit'
import type { Child } from '../child.ts'
import type { Context, Result } from '../context.ts'
import { install } from '../installation.ts'
import type { ListenMessage, Seen } from '../listen/messages.ts'
import { limitOf, measured } from '../load/runLoad.ts'
import { GRACE, type Level, level, listen } from '../measure/beaconToHot.ts'
import type { Spread } from '../measure/percentile.ts'
import { RATES } from '../options.ts'
import { describeProfile, takeProfile } from '../profile/profiling.ts'

const SERVICES = ['scorer', 'tiering', 'ingestor'] as const

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
    const pipeline = { installation, services, seen, consumer: listener.pid }
    for (const rate of rates) levels.push(await level(context, pipeline, `h${rate}`, rate))
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

import type { Context, Result } from '../context.ts'
import { install } from '../installation.ts'
import { type LoadRun, limitOf, measured, runLoad } from '../load/runLoad.ts'
import { RATES } from '../options.ts'
import { describeProfile, takeProfile } from '../profile/profiling.ts'

/** Below this share of what was due, acknowledged in time, a level counts as saturated. */
const KEEPS_UP = 0.98

interface Level {
  rate: number
  batch: number
  run: LoadRun
}

/** Beacons acknowledged a second at rising load: only the ingestor, Kafka and the registry run. */
export async function ingest(context: Context): Promise<Result[]> {
  const results: Result[] = []
  for (const batch of context.options.batch) results.push(await levels(context, batch))
  return results
}

async function levels(context: Context, batch: number): Promise<Result> {
  const { options, say } = context
  const rates =
    options.rates ?? RATES.ingest[options.quick ? 'quick' : 'full'].map(r => (batch > 1 ? 2 * r : r))
  say(`ingest: ${batch === 1 ? 'single events' : `batches of ${batch}`}`)
  const installation = await install(context)
  const done: Level[] = []
  try {
    const ingestor = await installation.start('ingestor')
    for (const rate of rates) {
      say(`  ${rate} events/s for ${options.warmup} + ${options.seconds} s`)
      const run = await runLoad(
        {
          host: '127.0.0.1',
          port: ingestor.port,
          connections: options.connections,
          rate: rate / batch,
          warmup: options.warmup,
          seconds: options.seconds,
          run: `i${batch}x${rate}`,
          visitors: options.visitors,
          traffic: { kind: 'ingest', batch },
        },
        installation.pids(),
        say,
      )
      done.push({ rate, batch, run })
      const { acked, ack } = run.result
      say(`  → ${Math.round(acked / options.seconds)}/s acknowledged, p50 ${ack.p50} ms, p99 ${ack.p99} ms`)
      if (acked < KEEPS_UP * rate * options.seconds) break
    }
    if (options.profile) {
      await ingestor.stop()
      const profile = takeProfile('ingestor', ...measured(done.map(l => l.run)))
      if (profile) say(describeProfile(profile))
    }
  } finally {
    await installation.close()
  }
  return result(context, batch, done)
}

function result({ options }: Context, batch: number, levels: Level[]): Result {
  const rows = levels.map(({ rate, run: { result: r, cpu } }) => [
    rate,
    Math.round(r.acked / options.seconds),
    r.ack.p50,
    r.ack.p95,
    r.ack.p99,
    r.refused,
    r.unanswered,
    cpu.ingestor ?? Number.NaN,
    cpu.kafka ?? Number.NaN,
    cpu.load ?? Number.NaN,
  ])
  const limits = levels.flatMap(({ rate, run }) => {
    const limit = limitOf(run.result)
    return limit ? [`At ${rate}/s ${limit}.`] : []
  })
  const best = Math.max(...levels.map(l => Math.round(l.run.result.acked / options.seconds)))
  return {
    name: batch === 1 ? 'ingest-single' : `ingest-batch-${batch}`,
    benchmark: 'ingest',
    title: batch === 1 ? 'Ingest: one event a request' : `Ingest: batches of ${batch}`,
    columns: [
      'events/s due',
      'acknowledged/s',
      'ack p50 ms',
      'p95',
      'p99',
      'refused',
      'unanswered',
      'ingestor CPU %',
      'Kafka CPU %',
      'load CPU %',
    ],
    rows,
    notes: [
      `Most acknowledged: ${best} events/s. ${options.seconds} s each after ${options.warmup} s of warm-up, ${options.connections} connections.`,
      ...limits,
    ],
    data: levels,
  }
}

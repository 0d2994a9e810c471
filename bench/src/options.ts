import { parseArgs } from 'node:util'
import { UsageError } from './program.ts'

export const BENCHMARKS = [
  'ingest',
  'catch-up',
  'hot',
  'rebuild',
  'bytes',
  'idle',
  'exactness',
  'simulate',
  'recount',
  'admission',
] as const
export type Benchmark = (typeof BENCHMARKS)[number]

export interface Options {
  benchmarks: Benchmark[]
  report: boolean
  help: boolean
  json: boolean
  quick: boolean
  profile: boolean
  /** Beacons or events a second, one run each. Undefined: the benchmark's own. */
  rates: number[] | undefined
  seconds: number
  warmup: number
  connections: number
  visitors: number
  batch: number[]
  hotPerSecond: number
  withEmail: boolean
  events: number
  leads: number
  /** Of `rebuild`, which wants many leads with few events each. */
  rebuildLeads: number
  partitions: number
  rounds: number
}

/** Full size, and what `--quick` makes of it. */
const SIZES = {
  full: {
    seconds: 30,
    warmup: 10,
    visitors: 50_000,
    events: 1_000_000,
    leads: 50_000,
    rebuildLeads: 1_000_000,
  },
  quick: { seconds: 4, warmup: 2, visitors: 5_000, events: 40_000, leads: 2_000, rebuildLeads: 5_000 },
}

/** Where a benchmark has sizes of its own. With these, exactness ends within eight minutes. */
const OWN: {
  [B in Benchmark]?: Record<'full' | 'quick', Partial<typeof SIZES.full & { hotPerSecond: number }>>
} = {
  exactness: {
    // Of 20 visitors a second the 99th percentile of 8 s would be the second slowest of them all.
    full: { events: 150_000, leads: 50_000, seconds: 8, warmup: 5, hotPerSecond: 50 },
    quick: {},
  },
}

export const RATES = {
  ingest: { full: [1_000, 2_000, 4_000, 6_000, 8_000, 10_000, 12_000, 15_000], quick: [500, 2_000] },
  hot: { full: [1_000, 5_000, 10_000], quick: [500] },
  rebuild: { full: [1_000], quick: [200] },
  // Two cores carry it: at 5,000/s what is measured is who gets a core.
  exactness: { full: [1_000], quick: [200] },
}

/** @param of whose own sizes stand where the command line says nothing. @throws UsageError */
export function readOptions(argv: string[], of?: Benchmark): Options {
  const { values, positionals } = parse(argv)
  const size = values.quick ? 'quick' : 'full'
  const sizes = { hotPerSecond: 20, ...SIZES[size], ...(of && OWN[of]?.[size]) }
  const unknown = positionals.find(p => p !== 'report' && !BENCHMARKS.includes(p as Benchmark))
  if (unknown !== undefined)
    throw new UsageError(`there is no benchmark “${unknown}”: take ${BENCHMARKS.join(', ')} or report`)
  const named = positionals.filter(p => p !== 'report') as Benchmark[]
  return {
    benchmarks: named.length > 0 ? named : [...BENCHMARKS],
    report: positionals.includes('report'),
    help: values.help === true,
    json: values.json === true,
    quick: values.quick === true,
    profile: values.profile === true,
    withEmail: values['with-email'] === true,
    rates: values.rate === undefined ? undefined : list('--rate', values.rate),
    batch: values.batch === undefined ? [1, 10] : list('--batch', values.batch),
    seconds: number('--seconds', values.seconds, sizes.seconds),
    warmup: number('--warmup', values.warmup, sizes.warmup),
    connections: number('--connections', values.connections, 256),
    visitors: number('--visitors', values.visitors, sizes.visitors),
    hotPerSecond: number('--hot-per-second', values['hot-per-second'], sizes.hotPerSecond),
    events: number('--events', values.events, sizes.events),
    leads: number('--leads', values.leads, sizes.leads),
    rebuildLeads: number('--leads', values.leads, sizes.rebuildLeads),
    partitions: number('--partitions', values.partitions, 8),
    rounds: number('--rounds', values.rounds, values.quick ? 1 : 4),
  }
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        help: { ...flag, short: 'h' },
        json: flag,
        quick: flag,
        profile: flag,
        'with-email': flag,
        rate: text,
        batch: text,
        seconds: text,
        warmup: text,
        connections: text,
        visitors: text,
        'hot-per-second': text,
        events: text,
        leads: text,
        partitions: text,
        rounds: text,
      },
    })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. To')[0]}: see --help`)
  }
}

function number(name: string, value: string | undefined, initial: number): number {
  if (value === undefined) return initial
  if (/^\d{1,9}$/.test(value) && Number(value) > 0) return Number(value)
  throw new UsageError(`${name} is “${value}” and must be a whole number above 0`)
}

function list(name: string, value: string): number[] {
  return value.split(',').map(v => number(name, v.trim(), 0))
}

export const HELP = `Measures hotlead on real servers of its own, and writes what it found to bench/out/.

  npm run bench                    all of them, about 45 minutes
  npm run bench -- NAME…           some of them
  npm run bench -- report          the tables of bench/README.md from bench/out/

  ingest     beacons acknowledged a second, and how fast, at rising load until it saturates
  catch-up   events a second of one scorer, and snapshots a second of one tiering service, through a backlog
  hot        beacon → HOT event, from the moment the beacon was due to a plain consumer
  rebuild    Redis emptied under load: time to heal, what readers are told meanwhile, memory; ends with 1 where a reader
             was told a wrong number, or anything is not as it was
  bytes      Redis per lead, after the population of catch-up (which it runs first)
  idle       CPU of each process while nothing happens
  exactness  what the fenced producer and the comparison of stamps cost, beside a transaction per batch; about 8 minutes
  simulate   hotlead simulate as a process, over two weeks of events: one model, and two; seconds and memory
  recount    hotlead model publish --replay as a process, beside a scorer that keeps up; seconds and memory
  admission  CPU that keys, quotas and hot keys take of a request

  --quick                small versions, to see that everything runs: the figures mean nothing
  --rate 1000,5000       ingest, hot, exactness: events a second, a run for each (exactness: one); rebuild: the first,
                         while Redis is emptied
  --seconds 30           ingest, hot, idle, exactness (8): seconds that count
  --warmup 10            ingest, hot, exactness (5): seconds at the same rate before them
  --batch 1,10           ingest: events a request
  --connections 256      ingest, hot, rebuild: kept connections, one request under way on each
  --visitors 50000       ingest, hot: visitors of the background load
  --hot-per-second 20    hot, exactness (50): visitors a second that become HOT
  --with-email           hot: the decisive form carries an address, so the visitor is merged into a lead first
  --events 1000000       catch-up, bytes, simulate, recount, exactness (150000): events in the log
  --leads 50000          catch-up, bytes, simulate, recount, exactness, rebuild (1000000): leads that they are about
  --rounds 4             exactness, simulate, recount: runs of each variant
  --partitions 8
  --profile              the services run under Node's CPU profiler; prints where the time goes; results are not kept
  --json                 results as JSON on stdout

Progress goes to stderr. HOTLEAD_SERVERS=java or docker decides where the servers come from.`

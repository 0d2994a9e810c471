import type { Result } from '../context.ts'
import type { FailpointCost } from '../measure/failpointCost.ts'
import { percentile, round } from '../measure/percentile.ts'
import { against, apart, median } from '../measure/rounds.ts'
import type { Options } from '../options.ts'
import type { Measured } from './exactness.ts'
import { VARIANTS } from './exactnessVariants.ts'

type Figure = (of: Measured) => number[]

/** A row a variant: each figure, and where asked how it differs from the first variant's. */
function rows(measured: readonly Measured[], figures: readonly [Figure, compared: boolean][]): string[][] {
  const [base] = measured as [Measured]
  return measured.map(of => [
    of.name,
    ...figures.flatMap(([figure, compared]) => [
      median(figure(of)),
      ...(compared ? [of === base ? '' : against(figure(of), figure(base))] : []),
    ]),
  ])
}

const MEANING =
  'Median of the rounds (least–most); against as it is: the median of the differences within each round. Where the runs of two variants do not lie apart, only the spread was seen.'

export function throughputTable(
  { events, leads, rounds, partitions }: Options,
  measured: readonly Measured[],
): Result {
  return {
    name: 'exactness-1-throughput',
    benchmark: 'exactness',
    title: 'The cost of exactness: through a backlog in one process',
    columns: [
      'variant',
      'scorer events/s',
      'against as it is',
      'per CPU second',
      'tiering snapshots/s',
      'against as it is',
      'per CPU second',
    ],
    rows: rows(measured, [
      [m => m.scorer.map(t => t.steady), true],
      [m => m.scorer.map(t => t.perCpuSecond), false],
      [m => m.tiering.map(t => t.steady), true],
      [m => m.tiering.map(t => t.perCpuSecond), false],
    ]),
    notes: [
      `${events} events over ${leads} leads in ${partitions} partitions, ${rounds} rounds of all variants in turn on the same servers, every other round backwards. ${MEANING}`,
      `${VARIANTS.map(v => `${v.name}: ${v.what}`).join('; ')}. Transactions are tiering’s alone, so that one’s scorer is the first’s.`,
    ],
    data: measured.map(({ name, scorer, tiering }) => ({
      name,
      scorer: scorer.map(t => ({ ...t, samples: undefined })),
      tiering: tiering.map(t => ({ ...t, samples: undefined })),
    })),
  }
}

export function latencyTable(
  { rounds, seconds, warmup, hotPerSecond }: Options,
  rate: number,
  measured: readonly Measured[],
): Result {
  const cpu =
    (name: string): Figure =>
    m =>
      m.hot.map(l => l.run.cpu[name] ?? Number.NaN)
  const lost = measured.flatMap(m => m.hot.map(l => l.missing)).reduce((a, b) => a + b, 0)
  const repeated = measured.flatMap(m => m.hot.map(l => l.repeated)).reduce((a, b) => a + b, 0)
  return {
    name: 'exactness-2-latency',
    benchmark: 'exactness',
    title: `The cost of exactness: beacon → HOT at ${rate.toLocaleString('en-GB')}/s`,
    columns: [
      'variant',
      'p50 ms',
      'against as it is',
      'p95 ms',
      'p99 ms',
      'against as it is',
      'scorer CPU %',
      'tiering CPU %',
      'Kafka CPU %',
      'Redis CPU %',
    ],
    rows: rows(measured, [
      [m => m.hot.map(l => l.total.p50), true],
      [m => m.hot.map(l => l.total.p95), false],
      [m => m.hot.map(l => l.total.p99), true],
      [cpu('scorer'), false],
      [cpu('tiering'), false],
      [cpu('kafka'), false],
      [cpu('redis'), false],
    ]),
    notes: [
      `${rounds} rounds of ${seconds} s after ${warmup} s of warm-up, ${hotPerSecond} HOT a second, read by a consumer that reads committed.`,
      ...(lost > 0 ? [`${lost} HOT events had not come in time: the times are without them.`] : []),
      ...(repeated > 0 ? [`${repeated} HOT events came more than once.`] : []),
    ],
    data: measured.map(({ name, hot }) => ({ name, hot })),
  }
}

export function failpointTable(cost: FailpointCost): Result {
  const at = (values: readonly number[], p: number) =>
    round(
      percentile(
        values.toSorted((a, b) => a - b),
        p,
      ),
    )
  const row = (name: string, values: readonly number[], own: string) => [
    name,
    at(values, 0.5),
    at(values, 0),
    at(values, 1),
    own,
  ]
  const more = (values: readonly number[]) =>
    apart(values, cost.without) ? String(round(at(values, 0.5) - at(cost.without, 0.5))) : 'within the spread'
  return {
    name: 'exactness-3-failpoint',
    benchmark: 'exactness',
    title: 'The cost of a failpoint',
    columns: ['a loop', 'CPU ns a pass', 'least', 'most', 'the line’s own'],
    rows: [
      row('without the line', cost.without, ''),
      row('with it, off', cost.off, more(cost.off)),
      row('with it, on for a pass that never comes', cost.on, more(cost.on)),
    ],
    notes: [
      `\`if (FAILPOINTS) await failpoint('…')\` beside a multiplication and an addition; ${cost.passes} passes in a process of its own, ${cost.without.length} of each in turn, medians.`,
    ],
    data: cost,
  }
}

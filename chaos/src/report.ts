import { execFileSync } from 'node:child_process'
import { type Spread, spread } from '@hotlead/bench/percentile'
import { type Machine, machine } from '@hotlead/bench/results'
import { table } from '@hotlead/bench/table'
import { ROOT } from './instances.ts'
import type { Options } from './options.ts'
import type { KindTable, Recoveries } from './recoveries.ts'
import type { RoundResult } from './round.ts'

/** What was run. Absent in reports from before it was written down. */
export interface Sources {
  /** The git commit; empty without git. */
  commit: string
  /** Whether the tree was exactly that commit. */
  clean: boolean
}

export function sources(): Sources {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    return { commit: git('rev-parse', 'HEAD').trim(), clean: git('status', '--porcelain') === '' }
  } catch {
    return { commit: '', clean: false }
  }
}

/** A whole run, as `--report` writes it. */
export interface Report extends Partial<Sources> {
  date: string
  machine: Machine
  seed: number
  instances: number
  rounds: number
  faults: number
  /** Acknowledged ones. */
  events: number
  retries: number
  poison: number
  seconds: number
  /** What went wrong, in words; null: nothing. */
  problem: string | null
  violations: { statement: string; detail: string }[]
  kinds: KindTable[]
  /** s from when a move by time was due to when it was in `tiers`: a demotion, mostly. */
  late: Spread
  /** How often an instance died or slept at each failpoint. */
  failpoints: Record<string, number>
  /** Instances that ended without being asked to, by what they said last; a supervisor starts them again. */
  ended?: Record<string, number>
}

export function reportOf(o: {
  options: Options
  recoveries: Recoveries
  done: readonly RoundResult[]
  problem: string | undefined
  seconds: number
  ended: Record<string, number>
  sources: Sources
}): Report {
  const sum = (of: (r: RoundResult) => number) => o.done.reduce((total, r) => total + of(r), 0)
  return {
    date: new Date().toISOString(),
    machine: machine(),
    ...o.sources,
    seed: o.options.seed,
    instances: o.options.instances,
    rounds: o.done.length,
    faults: o.recoveries.injected.length,
    events: sum(r => r.load.acked),
    retries: sum(r => r.load.retries),
    poison: sum(r => r.load.poison),
    seconds: Math.round(o.seconds),
    problem: o.problem ?? null,
    violations: o.done.flatMap(r => r.verdict.violations),
    kinds: o.recoveries.byKind(),
    late: spread(o.done.flatMap(r => r.verdict.late.map(ms => ms / 1000))),
    failpoints: Object.fromEntries(
      [...Map.groupBy(o.recoveries.acted.toSorted(), point => point)].map(([point, all]) => [
        point,
        all.length,
      ]),
    ),
    ended: o.ended,
  }
}

const COLUMNS = ['fault', 'count', 'lasted, s', 'alone', 'recovered in, s', 'max', 'among others, s', 'max']

/** JSON has no NaN, which is what none of a kind have as their median: it comes back as null. */
const figure = (value: number | null) => value ?? Number.NaN

/** For people, and as it stands in docs/guarantees.md: the kinds, and the run in one line. Medians but for `max`. */
export function render(r: Report): string {
  const rows = r.kinds.map(k => [
    k.kind,
    k.count,
    figure(k.lasted.p50),
    k.recovered.count,
    figure(k.recovered.p50),
    figure(k.recovered.max),
    figure(k.together.p50),
    figure(k.together.max),
  ])
  const steps = Object.entries(r.failpoints).map(([point, times]) => `${point} ${times}`)
  const ended = Object.entries(r.ended ?? {}).map(([sentence, times]) => `\n- ${times} ×: ${sentence}`)
  return (
    `${table(COLUMNS, rows)}\n\n${r.faults} faults in ${r.rounds} rounds, ${r.events} events (${r.retries} requests sent ` +
    `again, ${r.poison} records of poison), ${r.seconds} s, seed ${r.seed}: ${r.problem === null ? '0 violations' : 'failed'}` +
    `\n\n${lateness(r.late)}` +
    (steps.length > 0 ? `\n\nFailpoints that acted: ${steps.join(', ')}` : '') +
    (ended.length > 0 ? `\n\nEnded by themselves, and started again:\n${ended.join('')}` : '')
  )
}

function lateness({ count, p50, p95, max }: Spread): string {
  return count === 0
    ? 'No lead moved by time.'
    : `${count} leads moved by time: half of them within ${p50} s of being due, 19 of 20 within ${p95} s, the last after ${max} s`
}

/** One line about a round. */
export function roundLine({ round, faults, load, seconds, verdict }: RoundResult, seed: number): string {
  return (
    `round ${round}  seed ${seed}  ${faults} faults  ${load.acked} events acknowledged (${load.retries} retries, ${load.poison} poison)  ` +
    `${seconds.toFixed(1)} s, ${verdict.seconds.toFixed(1)} of them judging  ${verdict.ok ? 'sound' : 'VIOLATED'}`
  )
}

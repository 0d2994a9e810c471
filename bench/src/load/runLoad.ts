import { Child } from '../child.ts'
import type { Say } from '../context.ts'
import { watchCpu } from '../measure/cpu.ts'
import type { EndLoad, LoadMessage, LoadOrder, LoadResult } from './messages.ts'

export interface LoadRun {
  result: LoadResult
  /** Percent of one core that each watched process used in the seconds that count. */
  cpu: Record<string, number>
}

/** Monotonic ms from where the first of several loads counted to where the last did: what a profile is cut to. */
export function measured(runs: readonly LoadRun[]): [from: number, until: number] {
  return [runs[0]?.result.from ?? 0, runs.at(-1)?.result.until ?? 0]
}

/** Percent of a core from which on we call the load process itself the limit: it may have been late by then. */
const BUSY = 90

/** Runs one load in a process of its own. @param pids of those whose CPU is watched meanwhile */
export function runLoad(order: LoadOrder, pids: Record<string, number>, say: Say): Promise<LoadRun> {
  return startLoad(order, pids, say).run
}

/** The same, with an `end` for who does not know beforehand how long it must last. */
export function startLoad(
  order: LoadOrder,
  pids: Record<string, number>,
  say: Say,
): { run: Promise<LoadRun>; end(): void } {
  let watched: (() => Record<string, number>) | undefined
  let cpu: Record<string, number> = {}
  let done: (result: LoadResult) => void = () => {}
  let failed: (error: Error) => void = () => {}
  const result = new Promise<LoadResult>((resolve, reject) => {
    done = resolve
    failed = reject
  })
  const child = new Child<LoadMessage>(new URL('main.ts', import.meta.url), message => {
    if (message.kind === 'measuring') watched = watchCpu(pids)
    else if (message.kind === 'measured') cpu = watched?.() ?? {}
    else if (message.kind === 'progress') {
      const { second, sent, acked, waiting } = message
      if (second % 5 === 0)
        say(`  ${second} s: ${sent} events sent, ${acked} acknowledged, ${waiting} requests waiting`)
    } else if (message.kind === 'done') done(message.result)
    else failed(new Error(`the load at ${order.rate} requests/s broke off: ${message.why}`))
  })
  child.tell(order)
  const run = child
    .orEnd(result)
    .then(result => ({ result, cpu: { ...cpu, load: result.cpu } }))
    .finally(() => child.stop())
  // Whoever waits for it later is told then.
  run.catch(() => {})
  return { run, end: () => child.tell({ kind: 'end' } satisfies EndLoad) }
}

/** Why a load says less about the service than it seems, if it does. */
export function limitOf({ cpu, ownLateP99 }: LoadResult): string | undefined {
  if (cpu >= BUSY) return `the load process was the limit (${cpu} % of a core)`
  // Timers of 1 ms and one pause of garbage collection are usual.
  return ownLateP99 > 10
    ? `the load process was late by ${ownLateP99} ms at its 99th percentile (no core free)`
    : undefined
}

import type { Verdict } from './checker.ts'
import { FAULTS, type Planned } from './faults/index.ts'
import type { Installation } from './installation.ts'
import type { LoadCounts } from './load/messages.ts'
import type { Recoveries } from './recoveries.ts'
import { sleep } from './world.ts'

/** ms until everything must be acknowledged, and then folded, once all faults are healed. Beyond it nothing heals by itself. */
const ACKED_WITHIN = 60_000
const FOLDED_WITHIN = 120_000

export interface RoundResult {
  round: number
  faults: number
  load: LoadCounts
  seconds: number
  verdict: Verdict
}

/** Something that should have happened by itself did not: a finding like any other. */
export class StuckError extends Error {
  readonly code = 'stuck'
}

export interface RoundOptions {
  installation: Installation
  round: number
  planned: readonly Planned[]
  /** ms that the load runs at least. */
  window: number
  recoveries: Recoveries
  say(line: string): void
}

/** Load runs, the faults go in, everything comes to rest, the checker judges. @throws StuckError */
export async function runRound(o: RoundOptions): Promise<RoundResult> {
  const { installation, round, planned, window } = o
  const { load, checker } = installation
  const begun = performance.now()
  load.begin(round)
  const [measured] = await Promise.all([injectAll(o, begun), sleep(window)])
  const counts = await within(
    ACKED_WITHIN,
    load.end(),
    () => `${load.counts.events - load.counts.acked} events are not acknowledged`,
  )
  await atRest(installation)
  await within(FOLDED_WITHIN, Promise.all(measured), () => 'a recovery was not measured')
  const verdict = await checker.check()
  return { round, faults: planned.length, load: counts, seconds: (performance.now() - begun) / 1000, verdict }
}

/** Injects each fault at its time, at the earliest when its lane is free; resolves once all are healed. */
async function injectAll(o: RoundOptions, begun: number): Promise<Promise<void>[]> {
  const { installation, round, planned, recoveries, say } = o
  const lanes = new Map<string, Promise<void>>()
  const measured: Promise<void>[] = []
  const healed = planned.map(async ({ kind, lane, at, what }) => {
    const before = lanes.get(lane)
    const done = (async () => {
      await before
      await sleep(Math.max(0, begun + at - performance.now()))
      const injectedAt = performance.now()
      await FAULTS.find(f => f.kind === kind)?.run(installation.world, what)
      say(
        `${((injectedAt - begun) / 1000).toFixed(1)} s ${kind} healed after ${((performance.now() - injectedAt) / 1000).toFixed(1)} s`,
      )
      measured.push(recoveries.measure(installation.progress, kind, round, injectedAt))
    })()
    lanes.set(lane, done)
    await done
  })
  await Promise.all(healed)
  return measured
}

/** Resolves once scorer and tiering have folded all that there is; twice, since folding writes to `activity` too. */
async function atRest({ progress }: Installation): Promise<void> {
  for (let pass = 0; pass < 2; pass++) {
    const ends = await within(FOLDED_WITHIN, progress.ends(), () => progress.trouble)
    await within(FOLDED_WITHIN, progress.reached(ends), () => progress.missing(ends).join('; '))
  }
}

async function within<T>(ms: number, work: Promise<T>, what: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new StuckError(`${ms / 1000} s after every fault was healed: ${what()}`)),
      ms,
    )
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

import type { Verdict } from './checker.ts'
import { FAULTS, type Planned } from './faults/index.ts'
import type { Installation } from './installation.ts'
import type { LoadCounts } from './load/messages.ts'
import type { Recoveries } from './recoveries.ts'
import type { Schedule } from './schedule.ts'
import { sleep } from './world.ts'

/** ms until everything must be acknowledged, and then folded, once all faults are healed. Beyond it nothing heals by itself. */
const ACKED_WITHIN = 120_000
const FOLDED_WITHIN = 240_000

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
  schedule: Schedule
  /** ms that the load runs at least. */
  window: number
  recoveries: Recoveries
  say(line: string): void
}

/** Load runs, the faults go in, everything comes to rest, the checker judges. @throws StuckError */
export async function runRound(o: RoundOptions): Promise<RoundResult> {
  const { installation, round, window } = o
  const { oneByOne, planned } = o.schedule
  const { load, checker } = installation
  const begun = performance.now()
  load.begin(round)
  const injecting = oneByOne ? injectOneByOne(o) : injectTogether(o, begun)
  const [measured] = await Promise.all([injecting, sleep(window)])
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
async function injectTogether(o: RoundOptions, begun: number): Promise<Promise<void>[]> {
  const lanes = new Map<string, Promise<void>>()
  const measured: Promise<void>[] = []
  const healed = o.schedule.planned.map(async planned => {
    const before = planned.lanes.map(lane => lanes.get(lane))
    const done = (async () => {
      await Promise.all(before)
      await sleep(Math.max(0, begun + planned.at - performance.now()))
      const injectedAt = await inject(o, planned)
      measured.push(measure(o, planned, injectedAt))
    })()
    for (const lane of planned.lanes) lanes.set(lane, done)
    await done
  })
  await Promise.all(healed)
  return measured
}

/** Injects each fault when the one before is recovered from. */
async function injectOneByOne(o: RoundOptions): Promise<Promise<void>[]> {
  for (const planned of o.schedule.planned) {
    await sleep(planned.at)
    const injectedAt = await inject(o, planned)
    await within(FOLDED_WITHIN, measure(o, planned, injectedAt), () => o.installation.progress.lacking())
  }
  return []
}

/** @returns monotonic ms of the injection */
async function inject(
  { installation, recoveries, say }: RoundOptions,
  { kind, what }: Planned,
): Promise<number> {
  const injectedAt = performance.now()
  const point = await FAULTS.find(f => f.kind === kind)?.run(installation.world, what)
  if (typeof point === 'string') recoveries.acted.push(point)
  say(`${kind} healed after ${((performance.now() - injectedAt) / 1000).toFixed(1)} s`)
  return injectedAt
}

function measure(
  { installation, round, recoveries, schedule }: RoundOptions,
  { kind }: Planned,
  injectedAt: number,
) {
  return recoveries.measure(installation.progress, { kind, round, alone: schedule.oneByOne }, injectedAt)
}

/** Resolves once scorer and tiering have folded all that there is; thrice, since the spool and folding write to `activity` too. */
async function atRest({ progress }: Installation): Promise<void> {
  for (let pass = 0; pass < 3; pass++) {
    const ends = await within(FOLDED_WITHIN, progress.ends(), () => progress.lacking())
    await within(FOLDED_WITHIN, progress.reached(ends), () => progress.lacking(ends))
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

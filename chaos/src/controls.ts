import { CONTROLS, type ControlName, mutant } from '@hotlead/testkit'
import type { Verdict } from './checker.ts'
import { OVERTAKEN } from './faults/failpoints.ts'
import type { Planned } from './faults/index.ts'
import type { Installation } from './installation.ts'
import { ROOT } from './instances.ts'
import { Recoveries } from './recoveries.ts'
import { type RoundResult, runRound, StuckError } from './round.ts'
import { problemOf } from './run.ts'
import { Session } from './session.ts'

/** Rounds after which a suite that has noticed nothing is called blind. */
const ROUNDS = 4
/** ms that the load runs at least; it ends when the last fault is healed, before new events cover what went wrong. */
const WINDOW = 3_000
/** ms: the load goes on while a step has not come, so it comes. */
const COMES_WITHIN = 60_000

type Fault = Pick<Planned, 'kind' | 'what'> & { at?: number }

const dies = (name: string, point: string, nth: number, at = 0): Fault => ({
  kind: 'failpoint-kill',
  at,
  what: { name, action: 'kill', point, nth, within: COMES_WITHIN },
})
/** Asleep until another has taken over and gone on, and then it wakes at that very step. */
const sleeps = (name: string, point: string, nth: number): Fault => ({
  kind: 'failpoint-pause',
  what: { name, action: 'pause', point, nth, asleep: OVERTAKEN, within: COMES_WITHIN },
})
/** No tiering for six seconds; the one that then folds the backlog dies with a large batch published and not committed. */
const DIES_IN_BACKLOG: Fault[] = [
  { kind: 'tiering-killed', at: 1_000, what: { name: 'tiering-2', away: 12_000 } },
  dies('tiering-1', 'commit.before', 3, 1_000),
]

/** The faults that provoke each control's hole the soonest. */
const DIRECTED: Record<ControlName, Fault[]> = {
  stamp: [sleeps('scorer-1', 'commit.before', 10)],
  position: [
    { kind: 'redis-older-dump', at: 1_000, what: { later: 1_500, which: 'own' } },
    { kind: 'redis-older-dump', at: 3_000, what: { later: 1_000, which: 'own' } },
  ],
  token: [{ kind: 'redis-same-number', at: 500, what: { service: 'scorer' } }],
  fence: [sleeps('scorer-1', 'cycle.folded', 10)],
  'highest-seen': [dies('scorer-1', 'publish.elsewhere', 5), dies('scorer-2', 'publish.elsewhere', 5)],
  'publish-after-commit': [dies('scorer-1', 'commit.after', 10), dies('scorer-2', 'commit.after', 20)],
  announced: DIES_IN_BACKLOG,
  'changelog-wins': DIES_IN_BACKLOG,
}

export interface Caught {
  control: ControlName
  /** The violation of a statement that this control is expected to break; undefined: the checker noticed none. */
  by: string | undefined
  /** What else was wrong, which catches nothing: another statement, something that stood still, a refusal. */
  other: string | undefined
  rounds: number
  seconds: number
}

/** What the product as it is does under the same faults. */
export interface Unpatched {
  /** Undefined: it is sound. */
  problem: string | undefined
  rounds: number
  seconds: number
}

type ControlOptions = { seed: number; rate: number; instances: number; keep: boolean }
type Say = (line: string) => void

function directed(
  installation: Installation,
  control: ControlName,
  round: number,
  say: Say,
): Promise<RoundResult> {
  const planned = DIRECTED[control].map(f => ({ at: 0, lanes: [], lasts: 0, ...f }))
  const schedule = { oneByOne: false, planned }
  return runRound({ installation, round, schedule, window: WINDOW, recoveries: new Recoveries(), say })
}

/** Runs the product as it is through the faults of these controls: what breaks there too says nothing about a control. */
export async function runUnpatched(
  controls: readonly ControlName[],
  o: ControlOptions,
  say: Say,
): Promise<Unpatched> {
  const begun = performance.now()
  const session = await Session.open({ ...o, name: 'control-none', say })
  let problem: string | undefined
  let rounds = 0
  try {
    const installation = await session.install(ROOT)
    for (const control of controls) {
      rounds++
      problem = await directed(installation, control, rounds, say).then(problemOf, stuck)
      problem = session.ends.refusals[0] ?? problem
      if (problem !== undefined) {
        problem = `under the faults of ${control}: ${problem}`
        break
      }
    }
    return { problem, rounds, seconds: (performance.now() - begun) / 1000 }
  } finally {
    await session.close(o.keep || problem !== undefined)
  }
}

/** The first violation that the control is expected to make. */
export function caughtBy(control: ControlName, { violations }: Verdict): string | undefined {
  const one = violations.find(v => CONTROLS[control].breaks.some(b => v.statement.startsWith(b)))
  return one && `${one.statement}: ${one.detail}`
}

/** Runs a product with one check off under the faults that this check is there for, until what it is expected to break is violated. */
export async function runControl(control: ControlName, o: ControlOptions, say: Say): Promise<Caught> {
  const begun = performance.now()
  const copy = mutant(CONTROLS[control].patches)
  const session = await Session.open({ ...o, name: `control-${control}`, say })
  let by: string | undefined
  let other: string | undefined
  let round = 0
  try {
    const installation = await session.install(copy.root)
    while (by === undefined && round < ROUNDS) {
      round++
      const result = await directed(installation, control, round, say).catch((error: unknown) => {
        other = stuck(error)
      })
      // Nothing comes to rest any more, and there is no verdict.
      if (result === undefined) break
      by = caughtBy(control, result.verdict)
      other = session.ends.refusals[0] ?? problemOf(result)
    }
    return {
      control,
      by,
      other: by === undefined ? other : undefined,
      rounds: round,
      seconds: (performance.now() - begun) / 1000,
    }
  } finally {
    await session.close(o.keep)
    copy.remove()
  }
}

/** @throws what is no StuckError */
function stuck(error: unknown): string {
  if (error instanceof StuckError) return error.message
  throw error
}

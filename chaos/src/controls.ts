import { CONTROLS, type ControlName, mutant } from '@hotlead/testkit'
import type { Planned } from './faults/index.ts'
import { Recoveries } from './recoveries.ts'
import { runRound, StuckError } from './round.ts'
import { problemOf } from './run.ts'
import { Session } from './session.ts'

/** Rounds after which a suite that has noticed nothing is called blind. */
const ROUNDS = 4
/** ms that the load runs at least; it ends when the last fault is healed, before new events cover what went wrong. */
const WINDOW = 3_000

type Fault = Pick<Planned, 'kind' | 'what'> & { at?: number }

const dies = (name: string, point: string, nth: number, at = 0): Fault => ({
  kind: 'failpoint-kill',
  at,
  what: { name, action: 'kill', point, nth },
})
/** Asleep for longer than the session: another takes over and goes on, and then it wakes at that very step. */
const sleeps = (name: string, point: string, nth: number): Fault => ({
  kind: 'failpoint-pause',
  what: { name, action: 'pause', point, nth, asleep: 8_000 },
})
/** No tiering for six seconds; the one that then folds the backlog dies with a large batch published and not committed. */
const DIES_IN_BACKLOG: Fault[] = [
  { kind: 'tiering-killed', at: 1_000, what: { name: 'tiering-2', away: 12_000 } },
  dies('tiering-1', 'commit.before', 3, 1_000),
]

/** The faults that provoke each control's hole the soonest. */
const DIRECTED: Record<ControlName, Fault[]> = {
  stamp: [sleeps('scorer-1', 'commit.before', 40)],
  position: [
    { kind: 'redis-older-dump', at: 1_000, what: { later: 1_500, which: 'own' } },
    { kind: 'redis-older-dump', at: 3_000, what: { later: 1_000, which: 'own' } },
  ],
  token: [{ kind: 'redis-same-number', at: 500, what: { service: 'scorer' } }],
  fence: [sleeps('scorer-1', 'cycle.folded', 40)],
  'highest-seen': [dies('scorer-1', 'publish.elsewhere', 5), dies('scorer-2', 'publish.elsewhere', 5)],
  'publish-after-commit': [dies('scorer-1', 'commit.after', 30), dies('scorer-2', 'commit.after', 60)],
  announced: DIES_IN_BACKLOG,
  'changelog-wins': DIES_IN_BACKLOG,
}

export interface Caught {
  control: ControlName
  /** What the checker said first; undefined: it noticed nothing. */
  by: string | undefined
  rounds: number
  seconds: number
}

/** Runs a product with one check off under the faults that this check is there for, until something is violated. */
export async function runControl(
  control: ControlName,
  o: { seed: number; rate: number; instances: number; keep: boolean },
  say: (line: string) => void,
): Promise<Caught> {
  const begun = performance.now()
  const copy = mutant(CONTROLS[control].patches)
  const session = await Session.open({ ...o, name: `control-${control}`, say })
  let by: string | undefined
  let round = 0
  try {
    const installation = await session.install(copy.root)
    while (by === undefined && round < ROUNDS) {
      round++
      const planned = DIRECTED[control].map(f => ({ at: 0, lanes: [], lasts: 0, ...f }))
      try {
        const schedule = { oneByOne: false, planned }
        by = problemOf(
          await runRound({
            installation,
            round,
            schedule,
            window: WINDOW,
            recoveries: new Recoveries(),
            say,
          }),
        )
      } catch (error) {
        if (!(error instanceof StuckError)) throw error
        by = error.message
      }
    }
    return { control, by, rounds: round, seconds: (performance.now() - begun) / 1000 }
  } finally {
    await session.close(o.keep)
    copy.remove()
  }
}

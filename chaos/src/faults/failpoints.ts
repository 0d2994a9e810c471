import { POINTS } from '@hotlead/failpoints'
import { instance, namesOf, SESSION_TIMEOUT, sleep, type World } from '../world.ts'
import type { Dice, Fault, Planned } from './fault.ts'

/** ms from when it does its work to the step at which it is to fail; beyond them the step does not come. */
const REACHED_WITHIN = 4_000
/** ms from its start, whatever it does. */
const STARTED_WITHIN = 45_000
/** ms after which one that does not leave (its servers are away) is killed. */
const LEAVES_WITHIN = 2_000
const NAMES = Object.keys(POINTS)
const starting = (...stems: string[]) => NAMES.filter(name => stems.some(stem => name.startsWith(stem)))

/** Steps that come with every partition taken, and those that come with every batch. */
const ACQUIRING = starting('acquire.', 'fence.')
const CYCLE = starting('cycle.', 'publish.', 'commit.', 'tick.', 'adopt.', 'offsets.')
const INGEST = starting('ingest.')
const REBUILD = starting('rebuild.')

function drawPoint(dice: Dice, service: string): { point: string; nth: number } {
  if (service === 'ingestor') return { point: dice.pick(INGEST), nth: dice.whole(1, 300) }
  if (dice.whole(1, 3) === 1) return { point: dice.pick(ACQUIRING), nth: dice.whole(1, 3) }
  return { point: dice.pick(CYCLE), nth: dice.pick([1, 2, 5, dice.whole(1, 100)]) }
}

/** Resolves with whether the armed step was reached, soon after the process had begun its work at the latest. */
async function acted(world: World, name: string | number | undefined): Promise<boolean> {
  const one = instance(world, name)
  const begun = performance.now()
  let ready: number | undefined
  for (;;) {
    if (one.armed === '' || one.tail(400).includes('failpoint ')) return true
    const now = performance.now()
    if (now - (ready ?? now) > REACHED_WITHIN || now - begun > STARTED_WITHIN) return false
    if (ready === undefined && (await one.notReady()) === undefined) ready = performance.now()
    await sleep(50)
  }
}

async function arm(world: World, { name, point, action, nth }: Planned['what']): Promise<void> {
  const one = instance(world, name)
  // It leaves its group: who comes after a killed one waits for the session's end before it owns anything.
  await Promise.race([one.stop(), sleep(LEAVES_WITHIN)])
  await one.kill()
  one.start(`${point}=${action}@${nth}`)
}

/** A step that was not reached in time must not act later, when nobody expects it. */
async function disarm(world: World, name: string | number | undefined): Promise<void> {
  const one = instance(world, name)
  await one.kill()
  one.start()
}

/** A new process that dies at a named step; the one after it has no failpoint. */
const dies: Fault = {
  kind: 'failpoint-kill',
  weight: 2.5,
  draw: (dice, shape) => {
    const service = dice.pick(['scorer', 'tiering', 'scorer', 'tiering', 'ingestor'] as const)
    const name = dice.pick(namesOf(shape, service))
    return {
      lanes: [name],
      lasts: REACHED_WITHIN,
      what: { name, action: 'kill', ...drawPoint(dice, service) },
    }
  },
  async run(world, what) {
    await arm(world, what)
    if (await acted(world, what.name)) return String(what.point)
    await disarm(world, what.name)
  },
}

/** A new process that falls asleep at a named step until another has taken over, and then goes on from there. */
const sleeps: Fault = {
  kind: 'failpoint-pause',
  weight: 1.2,
  draw: (dice, shape) => {
    const service = dice.pick(['scorer', 'tiering'] as const)
    const name = dice.pick(namesOf(shape, service))
    const asleep = dice.whole(SESSION_TIMEOUT + 1_000, SESSION_TIMEOUT + 3_000)
    return {
      lanes: [name],
      lasts: REACHED_WITHIN + asleep,
      what: { name, action: 'pause', asleep, ...drawPoint(dice, service) },
    }
  },
  async run(world, what) {
    await arm(world, what)
    if (!(await acted(world, what.name))) return disarm(world, what.name)
    await sleep(Number(what.asleep))
    instance(world, what.name).signal('SIGCONT')
    return String(what.point)
  },
}

/** Redis is emptied, and the process that builds it anew dies on the way. */
const diesRebuilding: Fault = {
  kind: 'failpoint-rebuild',
  weight: 0.4,
  draw: (dice, shape) => {
    const service = dice.pick(['scorer', 'tiering'] as const)
    const name = dice.pick(namesOf(shape, service))
    return {
      lanes: [name],
      lasts: REACHED_WITHIN,
      what: { name, action: 'kill', point: dice.pick(REBUILD), nth: dice.whole(1, 2) },
    }
  },
  async run(world, what) {
    const one = instance(world, what.name)
    await arm(world, what)
    for (let i = 0; i < 60 && (await one.notReady()) !== undefined; i++) await sleep(100)
    await world.servers.redis.flush()
    if (await acted(world, what.name)) return String(what.point)
    await disarm(world, what.name)
  },
}

export const FAILPOINTS: readonly Fault[] = [dies, sleeps, diesRebuilding]

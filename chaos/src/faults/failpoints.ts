import { POINTS } from '@hotlead/failpoints'
import type { ServiceName } from '../instances.ts'
import { instance, namesOf, SESSION_TIMEOUT, sleep, type World } from '../world.ts'
import { arm, armWorking, REACHED_WITHIN, reached } from './armed.ts'
import type { Dice, Fault } from './fault.ts'

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

/** In the place of the ms that it sleeps. */
export const OVERTAKEN = 'overtaken'

/** Others fold what the sleeper had in hand, and after that what has come meanwhile: its own is then an old one. */
async function overtaken({ progress }: World, service: ServiceName): Promise<void> {
  if (service === 'ingestor') throw new Error('nothing takes over from an ingestor')
  for (let pass = 0; pass < 2; pass++) await progress.passed(service, await progress.ends())
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
    return reached(world, what)
  },
}

/**
 * A new process that falls asleep at a named step until another has taken over, and then goes on from there: drawn, for
 * so many ms; of a control, until that has happened.
 */
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
    const point = await reached(world, what)
    if (point === undefined) return
    const one = instance(world, what.name)
    if (what.asleep === OVERTAKEN) await overtaken(world, one.service)
    else await sleep(Number(what.asleep))
    one.signal('SIGCONT')
    return point
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
    await armWorking(world, what)
    await world.servers.redis.flush()
    return reached(world, what)
  },
}

export const FAILPOINTS: readonly Fault[] = [dies, sleeps, diesRebuilding]

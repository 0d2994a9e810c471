import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { POINTS } from '@hotlead/failpoints'
import { hotlead } from '@hotlead/testkit'
import { ROOT } from '../instances.ts'
import { namesOf, sleep, type World } from '../world.ts'
import { armWorking, REACHED_WITHIN, reached } from './armed.ts'
import type { Dice, Fault, Planned } from './fault.ts'

/** ms after which publishing is tried again: while a server is away, the command line says so and ends. */
const AGAIN = 1_000
const RENEWING = Object.keys(POINTS).filter(name => name.startsWith('renew.'))

/**
 * Points for a page view and the score that HOT needs move many leads up and down. Who is called while HOT stays there
 * for the dwell, so that falls come by time and not by what somebody did; decay counts by the hour, too slow for a round.
 */
const drawModel = (dice: Dice) => ({
  points: dice.whole(1, 3),
  hot: dice.whole(25, 60),
  dwell: dice.pick([3, 6, 12]),
})
type Drawn = ReturnType<typeof drawModel>

/** Publishes a changed model as marketing does, until it is published to every partition. */
async function publish(world: World, what: Planned['what']): Promise<void> {
  const { points, hot, dwell } = what as unknown as Drawn
  const file = join(world.dataDir, `model-${points}-${hot}-${dwell}.yaml`)
  const model = readFileSync(join(ROOT, 'models/default.yaml'), 'utf8')
    .replace('signal: page-view, points: 1,', `signal: page-view, points: ${points},`)
    .replace('announce: true', `announce: true\n    dwell: ${dwell}s`)
    .replace('score: { atLeast: 40 }', `score: { atLeast: ${hot} }`)
  writeFileSync(file, model)
  while ((await hotlead(world.env, ['model', 'publish', file])).code !== 0) await sleep(AGAIN)
}

/** Every lead is judged anew, and published again, while other faults go in. */
const published: Fault = {
  kind: 'model-published',
  weight: 0.8,
  draw: dice => ({ lanes: ['model'], lasts: 2_000, what: drawModel(dice) }),
  run: publish,
}

/** A model is published, and the process that judges all leads anew dies on the way. */
const diesRenewing: Fault = {
  kind: 'failpoint-renew',
  weight: 0.6,
  draw: (dice, shape) => {
    const name = dice.pick(namesOf(shape, 'scorer'))
    return {
      lanes: ['model', name],
      lasts: REACHED_WITHIN,
      what: { name, action: 'kill', point: dice.pick(RENEWING), nth: dice.whole(1, 2), ...drawModel(dice) },
    }
  },
  async run(world, what) {
    await armWorking(world, what)
    await publish(world, what)
    return reached(world, what)
  },
}

export const MODEL: readonly Fault[] = [published, diesRenewing]

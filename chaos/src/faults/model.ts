import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { POINTS } from '@hotlead/failpoints'
import { hotlead } from '@hotlead/testkit'
import { type Drawn, loadModel } from '../load/model.ts'
import { namesOf, sleep, type World } from '../world.ts'
import { armWorking, REACHED_WITHIN, reached } from './armed.ts'
import type { Dice, Fault } from './fault.ts'

/** ms after which publishing is tried again: while a server is away, the command line says so and ends. */
const AGAIN = 1_000
const RENEWING = Object.keys(POINTS).filter(name => name.startsWith('renew.'))

/** Points for a page view and the score that HOT needs move many leads up and down. */
const drawModel = (dice: Dice): Drawn => ({
  points: dice.whole(1, 3),
  hot: dice.whole(25, 60),
  dwell: dice.pick([3, 6, 12]),
  coolDown: dice.pick([1, 4, 9]),
  again: dice.pick([2, 6, 30]),
  gap: dice.pick([2, 10, 25]),
  plan: dice.pick(['team', 'business'] as const),
})

/** Publishes a model as marketing does, until it is published to every partition. */
export async function publish(
  world: Pick<World, 'dataDir' | 'env'>,
  drawn: Drawn,
  ...options: string[]
): Promise<void> {
  const file = join(world.dataDir, `model-${Object.values(drawn).join('-')}.yaml`)
  writeFileSync(file, loadModel(drawn))
  for (;;) {
    const { code, out, err } = await hotlead(world.env, ['model', 'publish', file, ...options])
    if (code === 0) return
    if (/has \d+ problems?\./.test(err)) throw new Error(`${file} is no model: ${out}${err}`)
    await sleep(AGAIN)
  }
}

/** Every lead is judged anew, and published again, while other faults go in. */
const published: Fault = {
  kind: 'model-published',
  weight: 0.8,
  draw: dice => ({ lanes: ['model'], lasts: 2_000, what: drawModel(dice) }),
  run: (world, what) => publish(world, what as unknown as Drawn),
}

/**
 * ms of a recount under the whole load, and the share of it from then on: on two cores the log grew nearly as fast as it was
 * read, and a round took up to eight minutes.
 */
const UNDER_LOAD = 10_000
const SHARE = 0.1

/** The same, and the log is counted anew: visits by another gap, and rows for another plan. */
const recounted: Fault = {
  kind: 'model-recounted',
  weight: 0.8,
  draw: dice => ({ lanes: ['model'], lasts: 6_000, what: drawModel(dice) }),
  async run(world, what) {
    const ease = setTimeout(() => world.pace(SHARE), UNDER_LOAD)
    try {
      await publish(world, what as unknown as Drawn, '--replay')
    } finally {
      clearTimeout(ease)
      world.pace(1)
    }
  },
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
    await publish(world, what as unknown as Drawn)
    return reached(world, what)
  },
}

export const MODEL: readonly Fault[] = [published, recounted, diesRenewing]

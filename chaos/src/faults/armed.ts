import { instance, sleep, type World } from '../world.ts'
import type { Planned } from './fault.ts'

/** ms from when it does its work to the step at which it is to fail; beyond them a drawn step does not come. */
export const REACHED_WITHIN = 4_000
/** ms from its start, whatever it does. */
const STARTED_WITHIN = 45_000
/** ms after which one that does not leave (its servers are away) is killed. */
const LEAVES_WITHIN = 2_000
/** ms that a start may take where the fault is for one that runs. */
const READY_WITHIN = 6_000

type What = Planned['what']

/** Starts a process anew that will fail at a step: `name`, `point`, `action` and `nth` of what was drawn. */
export async function arm(world: World, { name, point, action, nth }: What): Promise<void> {
  const one = instance(world, name)
  // It leaves its group: who comes after a killed one waits for the session's end before it owns anything.
  await Promise.race([one.stop(), sleep(LEAVES_WITHIN)])
  await one.kill()
  one.start(`${point}=${action}@${nth}`)
}

/** The same, and waits until it does its work, or until that is late. */
export async function armWorking(world: World, what: What): Promise<void> {
  await arm(world, what)
  const late = performance.now() + READY_WITHIN
  while (performance.now() < late && (await instance(world, what.name).notReady()) !== undefined)
    await sleep(100)
}

/**
 * @param within of `what`: ms for a step that is known to come, however slow the machine
 * @returns the step once the process has failed there; undefined where it does not come, and it is started without
 */
export async function reached(world: World, { name, point, within }: What): Promise<string | undefined> {
  if (await acted(world, name, Number(within ?? REACHED_WITHIN))) return String(point)
  // A step that was not reached in time must not act later, when nobody expects it.
  const one = instance(world, name)
  await one.kill()
  one.start()
  return undefined
}

/** Resolves with whether the armed step was reached, soon after the process had begun its work at the latest. */
async function acted(world: World, name: unknown, within: number): Promise<boolean> {
  const one = instance(world, name)
  const begun = performance.now()
  let ready: number | undefined
  for (;;) {
    if (one.armed === '' || one.tail(400).includes('failpoint ')) return true
    const now = performance.now()
    if (now - (ready ?? now) > within || now - begun > STARTED_WITHIN + within) return false
    if (ready === undefined && (await one.notReady()) === undefined) ready = performance.now()
    await sleep(50)
  }
}

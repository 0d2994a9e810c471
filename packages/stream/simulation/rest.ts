import type { Pending } from './scheduler.ts'
import type { Worker, World } from './world.ts'

/**
 * No more faults, but what is on its way arrives and who was asleep wakes; one worker of each partition takes it again
 * whenever it loses it, until nobody has anything left to do.
 *
 * @param keepers who may begin
 * @param settle called when all wait; false: nothing more comes
 * @param patience steps in all, after which it is a violation that the world does not come to rest
 */
export async function rest(o: {
  world: World
  keepers: readonly Worker[]
  settle: (round: number) => boolean
  pick: (ready: readonly Pending[]) => Pending
  patience: number
}): Promise<void> {
  const { world, keepers, settle, pick, patience } = o
  const { scheduler } = world
  for (let round = 0; scheduler.steps < patience; ) {
    const ready = scheduler.pending.filter(
      p => p.isReady() && (p.call.name !== 'begin' || keepers.some(w => w.task === p.task)),
    )
    if (ready.length > 0) {
      if (world.refusals.size > 0 && ready.every(p => p.call.name === 'begin')) return
      await scheduler.step(pick(ready), 'done', () => 0)
    } else if (!settle(round++)) return
  }
  world.violate('everything comes to rest', `still busy after ${patience} steps`)
}

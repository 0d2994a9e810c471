import { cannotLimit } from '../fileLimit.ts'
import { instance, namesOf, sleep } from '../world.ts'
import type { Fault } from './fault.ts'
import { takeAway } from './network.ts'

/** Bytes that any file may have: the notes of a spool are shorter, its records are not, and neither is the log. */
const ROOM = 256

/** Kafka is out of reach, and one ingestor's disk is full, under its spool and its log: what it cannot keep it refuses. */
const ingestorDiskFull: Fault = {
  kind: 'ingestor-disk-full',
  weight: 1,
  cannot: cannotLimit,
  draw: (dice, shape) => {
    const lasts = dice.whole(1_000, 5_000)
    const name = dice.pick(namesOf(shape, 'ingestor'))
    return {
      lanes: ['kafka-network', name],
      lasts,
      what: { name, lasts, first: dice.pick(['disk', 'kafka']) },
    }
  },
  async run(world, { name, lasts, first }) {
    const { kafka } = world.servers.proxies
    const one = instance(world, name)
    one.limitFiles(ROOM)
    takeAway(world, 'kafka')
    await sleep(Number(lasts) / 2)
    if (first === 'disk') one.limitFiles('unlimited')
    else kafka.heal()
    await sleep(Number(lasts) / 2)
    one.limitFiles('unlimited')
    kafka.heal()
  },
}

export const DISK: readonly Fault[] = [ingestorDiskFull]

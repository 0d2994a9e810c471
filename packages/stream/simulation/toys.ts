import { adds, counter, counterTopology, lamp, lampTopology } from '../test/toys.ts'
import type { Random } from './random.ts'
import type { Action, Subject } from './simulate.ts'
import { checkToys, isUnreadable } from './toyChecks.ts'
import { stage, type World } from './world.ts'

const HOUR = 3_600_000
const KEYS = ['a', 'b', 'c', 'd']
const POISON = Buffer.from('not json')

/** Lamps that cannot read sums of sevens: poison in their source too. */
const shyLamps: typeof lampTopology = {
  ...lampTopology,
  wire: {
    ...lampTopology.wire,
    decode(value) {
      const count = lampTopology.wire.decode(value)
      if (isUnreadable(count.sum)) throw new Error(`a sum of ${count.sum}`)
      return count
    },
  },
}

/** The two toy processors as a chain: adds → counts → switches → lit. */
export const toys = (): Subject => ({
  stages: () => [
    stage({ processor: counter, topology: counterTopology, compactionLag: Number.POSITIVE_INFINITY }),
    stage({ processor: lamp, topology: shyLamps, compactionLag: HOUR }),
  ],
  now: 1_700_000_000_000,
  leaps: [4_000, 4_000, 12_000, 70_000, 2 * HOUR],
  append,
  settle,
  check: checkToys,
})

function append(random: Random): Action {
  const kind = random.weighted({ add: 12, burst: 3, forward: 2, give: 1.5, double: 1, poison: 1 })
  const [key, other] = [random.pick(KEYS), random.pick(KEYS)]
  const n = random.pick([1, 3, 6, 10, 10, -4, -12])
  if (kind === 'poison') return source(`poison for ${key}`, key, POISON)
  if (kind === 'burst') {
    const n = random.pick([10, 10, 14, -20])
    return {
      about: `all get ${n}`,
      run({ cluster }) {
        for (const k of KEYS) cluster.append('adds', cluster.partitionOf(k), adds(k, { add: n }))
      },
    }
  }
  if (kind === 'double')
    return {
      about: 'every key is doubled',
      run({ cluster }) {
        for (let p = 0; p < cluster.partitions; p++) cluster.append('adds', p, adds('#', { double: true }))
      },
    }
  if (kind === 'add') return source(`${key} gets ${n}`, key, adds(key, { add: n }).value)
  // Towards a later key only: whoever sends to each other could go on for ever.
  const to = other > key ? other : 'z'
  if (kind === 'forward')
    return source(`${key} passes ${n} on to ${to}`, key, adds(key, { forward: to, add: n }).value)
  return source(`${key} gives all to ${to}`, key, adds(key, { give: to }).value)
}

function source(about: string, key: string, value: Buffer): Action {
  return { about, run: ({ cluster }) => cluster.append('adds', cluster.partitionOf(key), { key, value }) }
}

/** Two seconds tick by: what a state up to *announced* only noted falls due at the next whole second. */
function settle({ cluster }: World, round: number): boolean {
  if (round >= 3) return false
  cluster.clock += 700
  for (let p = 0; p < cluster.partitions; p++) cluster.append('adds', p, adds('#', { tick: true }))
  return true
}

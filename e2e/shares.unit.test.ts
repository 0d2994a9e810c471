import { type Activity, NO_ACTIVITY } from '@hotlead/contracts'
import { type Model, newLead, parseModel } from '@hotlead/model'
import {
  Hub,
  HubPort,
  type Log,
  type Recorded,
  type Simulated,
  simulate,
  simulateShare,
  sumOf,
  together,
} from '@hotlead/whatif'
import fc from 'fast-check'
import type { InMemory } from './test/inMemory.ts'
import { logOf, play, RISING, step } from './test/play.ts'

/** A log folded in shares of its partitions, whatever waits for whom: the report of one fold. */

const models = [RISING, RISING.replace('atLeast: 20', 'atLeast: 12')].map(source => {
  const parsed = parseModel(source)
  if (!parsed.ok) throw new Error(parsed.problems[0]?.message)
  return parsed.model
})

const turn = () => new Promise<void>(resolve => setImmediate(resolve))

async function inShares<R extends Recorded>(
  count: number,
  log: () => Log<R>,
  by: readonly Model[],
): Promise<Simulated> {
  const { partitionOf } = log()
  // As between threads: in order, later, and as a copy.
  const later = (deliver: () => void) => void setImmediate(deliver)
  const hub = new Hub(
    count,
    key => partitionOf(key) % count,
    (to, message) => {
      const copy = structuredClone(message)
      later(() => ports[to]?.receive(copy))
    },
  )
  const ports = Array.from(
    { length: count },
    (_, i) => new HubPort(message => later(() => hub.receive(i, message))),
  )
  const shares = await Promise.all(
    ports.map(async (others, i) => {
      const own = log()
      const partitions = own.partitions.map((chunks, p) => (p % count === i ? chunks : undefined))
      const share = await simulateShare({ ...own, models: by, partitions, others })
      later(() => hub.receive(i, { kind: 'ended' }))
      return share
    }),
  )
  const counts = sumOf(shares.map(s => s.log))
  return together(
    { models: by },
    counts,
    shares.flatMap(s => s.finish(counts.end)),
  )
}

/** Chunks come at once or some turns later. */
function slowly(all: InMemory, pauses: readonly number[], cut: { from?: number[]; less?: number[] }) {
  let i = 0
  return () =>
    logOf(all, {
      ...cut,
      pause: async () => {
        for (let n = pauses[i++ % pauses.length] ?? 0; n > 0; n--) await turn()
      },
    })
}

const pauses = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 8 })

test.each([2, 3])('%i shares of three partitions', async count => {
  let merges = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 40 }), pauses, async (steps, waits) => {
      const all = await play(steps, 3, RISING)
      const alone = await simulate({ ...logOf(all), models })
      expect(alone.log.foreignMerges).toBe(0)
      expect(await inShares(count, slowly(all, waits, {}), models)).toEqual(alone)
      merges += all.activities().filter(a => a.merge).length
    }),
    { numRuns: 60 },
  )
  expect(merges).toBeGreaterThan(10)
})

test.each([
  [2, 3],
  [3, 4],
])(
  '%i shares of %i partitions, of which retention took a part, and whose ends are of different times',
  async (count, partitions) => {
    let foreign = 0
    const some = fc.array(fc.nat(12), { minLength: partitions, maxLength: partitions })
    const cuts = fc.oneof(
      fc.record({ from: some }),
      fc.record({ less: some }),
      fc.record({ from: some, less: some }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 8, maxLength: 40 }),
        pauses,
        cuts,
        async (steps, waits, cut) => {
          const all = await play(steps, partitions, RISING)
          const alone = await simulate({ ...logOf(all, cut), models })
          expect(await inShares(count, slowly(all, waits, cut), models)).toEqual(alone)
          foreign += alone.log.foreignMerges
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 80) },
    )
    expect(foreign).toBeGreaterThan(3)
  },
)

test('a log that lost records, so that each waits for the other: it goes on with what there is', async () => {
  const all = await play([], 2, RISING)
  const key = (partition: number, kind: 'v' | 'l') => {
    for (let i = 0; ; i++)
      if (all.driver.cluster.partitionOf(`demo/${kind}:${i}`) === partition) return `${kind}:${i}`
  }
  // The link that a merge is of lies after it, in both.
  const rows = [0, 1].map(p => [
    {
      key: `demo/${key(p, 'l')}`,
      offset: 0,
      timestamp: 1_000,
      value: {
        ...NO_ACTIVITY,
        kind: 'merge',
        via: { visitor: key(1 - p, 'v'), offset: 1 },
        merge: { lead: newLead(), counted: null, ended: null },
      } as Activity,
    },
    {
      key: `demo/${key(p, 'v')}`,
      offset: 1,
      timestamp: 2_000,
      value: {
        ...NO_ACTIVITY,
        kind: 'link',
        link: { lead: key(1 - p, 'l'), at: 2_000 },
      } as Activity,
    },
  ])
  const log = (): Log<(typeof rows)[number][number]> => ({
    workspace: 'demo',
    partitions: rows.map(async function* (of) {
      yield of
    }),
    partitionOf: k => all.driver.cluster.partitionOf(k),
    decode: r => r.value,
  })
  expect((await simulate({ ...log(), models })).log).toMatchObject({ folded: 4 })
  expect((await inShares(2, log, models)).log).toMatchObject({ folded: 4 })
})

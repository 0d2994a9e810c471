import { add, counter, counterTopology } from '../test/toys.ts'
import type { Log } from './log.ts'
import { MemoryCluster, MemoryStore } from './memory.ts'
import { PartitionOwner } from './owner.ts'

test('a batch that cannot be published sends its poison to dead-letter once, when it can', async () => {
  const cluster = new MemoryCluster(1, 1_700_000_000_000)
  const store = new MemoryStore()
  cluster.append(counterTopology.source, 0, { key: 'a', value: Buffer.from('not json') })
  cluster.append(counterTopology.source, 0, add('a', 1))
  const log = cluster.log('counter', 0, counterTopology.source)
  const refusing: Log = {
    ...log,
    fence: async () => ({
      ...(await log.fence()),
      own: async () => {
        throw new Error('MESSAGE_TOO_LARGE')
      },
    }),
  }
  async function attempt(through: Log): Promise<void> {
    const owner = await PartitionOwner.acquire({
      processor: counter,
      topology: counterTopology,
      partition: 0,
      store,
      log: through,
      now: () => cluster.clock,
      compactionLag: Number.POSITIVE_INFINITY,
    })
    await owner.process(cluster.partition(counterTopology.source, 0), 2, 2)
  }
  for (let i = 0; i < 5; i++) await expect(attempt(refusing)).rejects.toThrow('MESSAGE_TOO_LARGE')
  await attempt(log)
  expect(cluster.partition('dead-letter', 0).map(r => r.value?.toString())).toEqual(['not json'])
})

test('a clock that leaps while it was watched is refused; the same silence is not', async () => {
  const HOUR = 3_600_000
  async function leap(by: number, watched: number): Promise<unknown> {
    const cluster = new MemoryCluster(1, 1_700_000_000_000)
    let monotonic = 0
    const owner = await PartitionOwner.acquire({
      processor: counter,
      topology: counterTopology,
      partition: 0,
      store: new MemoryStore(),
      log: cluster.log('counter', 0, counterTopology.source),
      now: () => cluster.clock,
      monotonic: () => monotonic,
      compactionLag: Number.POSITIVE_INFINITY,
    })
    const records = () => cluster.partition(counterTopology.source, 0)
    cluster.append(counterTopology.source, 0, add('a', 1))
    await owner.process(records(), 1, 1)
    cluster.clock += by
    monotonic += watched
    cluster.append(counterTopology.source, 0, add('a', 1))
    return owner.process(records().slice(1), 2, 2).catch(error => error)
  }
  expect(await leap(3 * HOUR, 1_000)).toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/leaps by 180 minutes at offset 1 .* 1 s ago/),
  })
  expect(await leap(3 * HOUR, 3 * HOUR)).toBeUndefined()
  expect(await leap(HOUR / 2, 1_000)).toBeUndefined()
})

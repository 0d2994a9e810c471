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

import { add, counter, counterTopology } from '../test/toys.ts'
import { MemoryCluster, MemoryStore } from './memory.ts'
import { PartitionOwner } from './owner.ts'

test('a batch that cannot be committed sends its poison to dead-letter once, not at every try', async () => {
  const cluster = new MemoryCluster(1, 1_700_000_000_000)
  const store = new MemoryStore()
  cluster.append(counterTopology.source, 0, { key: 'a', value: Buffer.from('not json') })
  cluster.append(counterTopology.source, 0, add('a', 1))
  for (let i = 0; i < 5; i++) {
    const log = cluster.log('c', 0, counterTopology.source)
    const failing = { ...log, fence: async () => ({ ...(await log.fence()), own: async () => { throw new Error('MESSAGE_TOO_LARGE') } }) }
    const owner = await PartitionOwner.acquire({ processor: counter, topology: counterTopology, partition: 0, store, log: failing, now: () => cluster.clock, compactionLag: 1e12 })
    await owner.process(cluster.partition(counterTopology.source, 0), 2, 2).catch(() => {})
  }
  expect(cluster.partition('dead-letter', 0).length).toBe(1)
})

import { Codec, type Codecs } from '@hotlead/contracts'
import { MemoryStore, MemoryCluster } from '../packages/stream/src/memory.ts'
import { PartitionOwner } from '../packages/stream/src/owner.ts'
import { scoring } from '../services/scorer/src/scoring.ts'
import { scorerTopology } from '../services/scorer/src/topology.ts'
import { NONE } from '../services/ingestor/src/steps/record.ts'
import { DAY, NOON } from './test/inMemory.ts'

const names = ['activity', 'scores', 'tiers', 'hot-leads', 'models', 'standing'] as const
const codecsFrom = (base: number) =>
  Object.fromEntries(names.map((n, i) => [n, new Codec(n, base + i)])) as unknown as Codecs
const topics = Object.fromEntries(names.map(n => [n, n])) as never
const models = { get: () => undefined, need: () => { throw new Error('none') }, refresh: async () => {} } as never
function acquire(cluster: MemoryCluster, store: MemoryStore, codecs: Codecs) {
  return PartitionOwner.acquire({
    processor: scoring(models),
    topology: scorerTopology({ codecs, models, topics }, 'http://127.0.0.1:9'),
    partition: 0,
    store,
    log: cluster.log('s', 0, 'activity'),
    now: () => cluster.clock,
    compactionLag: DAY,
  })
}
async function folded(codecs: Codecs) {
  const cluster = new MemoryCluster(1, NOON)
  const store = new MemoryStore()
  for (let i = 0; i < 3; i++) {
    const value = codecs.activity.encode({ ...NONE, kind: 'followUp', followUp: { id: `${i}`, at: NOON, channel: 'mail', who: '', result: 'continue', note: '' } } as never)
    cluster.append('activity', 0, { key: 'demo/v:1', value })
  }
  const owner = await acquire(cluster, store, codecs)
  const records = cluster.partition('activity', 0)
  await owner.process(records, 3, 3)
  return { cluster, store }
}

test('state and changelog written under an earlier schema id are read after an upgrade: state in Redis', async () => {
  const { cluster, store } = await folded(codecsFrom(1))
  await acquire(cluster, store, codecsFrom(101))
})

test('… and the changelog, on a rebuild', async () => {
  const { cluster } = await folded(codecsFrom(1))
  await acquire(cluster, new MemoryStore(), codecsFrom(101))
})

test('a position beyond the end of the log (Kafka lost, Redis kept) is refused or rebuilt', async () => {
  const codecs = codecsFrom(1)
  const { store } = await folded(codecs)
  const owner = await acquire(new MemoryCluster(1, NOON), store, codecs).catch(e => e)
  expect(owner instanceof Error ? 'refused' : owner.next).not.toBe(3)
})

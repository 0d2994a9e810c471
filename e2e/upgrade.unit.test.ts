import { Codec, type Codecs, NO_ACTIVITY, PARTITION_KEY, schemaText, topicNames } from '@hotlead/contracts'
import { scoring } from '@hotlead/processors'
import { RefusedError } from '@hotlead/stream'
import { MemoryCluster, MemoryStore } from '../packages/stream/src/memory.ts'
import { PartitionOwner } from '../packages/stream/src/owner.ts'
import { scorerTopology } from '../services/scorer/src/topology.ts'
import { DAY, NOON } from './test/inMemory.ts'

/** What one release wrote, the next one reads; what this release cannot read stops it instead of being left out. */

const names = ['activity', 'scores', 'tiers', 'hot-leads', 'models', 'standing'] as const
const topics = topicNames()

/** A release's codecs: a changed schema gets a new id, and the ids of former releases are learned at start. */
function release(number: number): Codecs {
  const codecs = names.map((name, i) => {
    const codec = new Codec<never>(name, number * 100 + i)
    for (let earlier = 1; earlier < number; earlier++) codec.learn(earlier * 100 + i, schemaText(name))
    return [name, codec]
  })
  return Object.fromEntries(codecs)
}

const noModels = {
  get: () => undefined,
  need: (): never => {
    throw new Error('none')
  },
  refresh: async () => {},
}

function acquire(cluster: MemoryCluster, store: MemoryStore, codecs: Codecs, models = noModels) {
  return PartitionOwner.acquire({
    processor: scoring(models),
    // Nobody listens there: what the codecs know must do.
    topology: scorerTopology({ codecs, models, topics }, 'http://127.0.0.1:9'),
    partition: 0,
    store,
    log: cluster.log('s', 0, topics.activity),
    now: () => cluster.clock,
    compactionLag: DAY,
  })
}

/** Three follow-ups, folded by the first release. */
async function folded() {
  const cluster = new MemoryCluster(1, NOON)
  const store = new MemoryStore()
  const codecs = release(1)
  for (let i = 0; i < 3; i++) {
    const followUp = { id: `${i}`, at: NOON, channel: 'mail', who: '', result: 'continue', note: '' } as const
    const value = codecs.activity.encode({ ...NO_ACTIVITY, kind: 'followUp', followUp })
    cluster.append(topics.activity, 0, { key: 'demo/v:1', value })
  }
  const owner = await acquire(cluster, store, codecs)
  await owner.process(cluster.partition(topics.activity, 0), 3, 3)
  return { cluster, store }
}

test('state in Redis that an earlier release wrote is read after an upgrade', async () => {
  const { cluster, store } = await folded()
  const owner = await acquire(cluster, store, release(2))
  expect(owner).toMatchObject({ next: 3, rebuilt: false })
})

test('and so is the changelog, where the state must be rebuilt', async () => {
  const { cluster } = await folded()
  expect((await acquire(cluster, new MemoryStore(), release(2))).rebuilt).toBe(true)
})

test('a control for a model that is published but cannot be read ends the process, and is no dead letter', async () => {
  const { cluster, store } = await folded()
  const codecs = release(1)
  const refuse = (): never => {
    throw new RefusedError('model version x: upgrade this service')
  }
  const owner = await acquire(cluster, store, codecs, { ...noModels, get: refuse, need: refuse })
  const control = { workspace: 'demo', model: 'x', announce: false, recount: null }
  const value = codecs.activity.encode({ ...NO_ACTIVITY, kind: 'control', control })
  cluster.append(topics.activity, 0, { key: PARTITION_KEY, value })
  const records = cluster.partition(topics.activity, 0).slice(3)
  await expect(owner.process(records, 4, 4)).rejects.toThrow(RefusedError)
  expect(cluster.partition(topics['dead-letter'], 0)).toEqual([])
})

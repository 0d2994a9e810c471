import { randomUUID } from 'node:crypto'
import { describeOn } from './describeTopics.ts'
import { describeTopics, ensureTopics, kafkaClient } from './index.ts'
import { openCluster } from './internals.ts'

const kafka = kafkaClient({ brokers: [process.env.HOTLEAD_TEST_KAFKA as string], clientId: 'describe-test' })

test('a topic that is created anew has another id, in the same cluster', async () => {
  const admin = kafka.admin()
  await admin.connect()
  const [kept, again] = [`kept-${randomUUID()}`, `again-${randomUUID()}`]
  await ensureTopics(
    kafka,
    [
      { name: kept, partitions: 1, config: {} },
      { name: again, partitions: 3, config: {} },
    ],
    true,
  )
  const before = await describeTopics(kafka, [kept, again, 'absent'])
  expect(before.cluster).toBe((await admin.describeCluster()).clusterId)
  expect([...before.topics.keys()].sort()).toEqual([again, kept])
  expect(before.topics.get(again)).toEqual({ id: expect.stringMatching(/^[\w-]{22}$/), partitions: 3 })
  expect(await describeTopics(kafka, [kept, again])).toEqual(before)

  await admin.deleteTopics({ topics: [again] })
  while ((await describeTopics(kafka, [again])).topics.size > 0)
    await new Promise(resolve => setTimeout(resolve, 20))
  await ensureTopics(kafka, [{ name: again, partitions: 2, config: {} }], true)
  await admin.createPartitions({ topicPartitions: [{ topic: kept, count: 4 }] })
  await admin.disconnect()
  const after = await describeTopics(kafka, [kept, again])
  expect(after.cluster).toBe(before.cluster)
  expect(after.topics.get(kept)).toEqual({ id: before.topics.get(kept)?.id, partitions: 4 })
  expect(after.topics.get(again)?.partitions).toBe(2)
  expect(after.topics.get(again)?.id).not.toBe(before.topics.get(again)?.id)
})

test('a broker without topic ids is asked in its own way', async () => {
  const name = `plain-${randomUUID()}`
  await ensureTopics(kafka, [{ name, partitions: 2, config: {} }], true)
  const cluster = openCluster(kafka)
  await cluster.connect()
  const broker = await cluster.brokerPool.findConnectedBroker()
  broker.versions = { ...broker.versions, 3: { maxVersion: 9 } }
  const { cluster: id, topics } = await describeOn(cluster, [name, 'absent'])
  expect(id).toBe((await describeTopics(kafka, [])).cluster)
  expect([...topics]).toEqual([[name, { id: '', partitions: 2 }]])
  await cluster.disconnect()
})

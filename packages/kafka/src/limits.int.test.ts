import { randomUUID } from 'node:crypto'
import { ensureTopics, FencedProducer, kafkaClient, PartitionReader } from './index.ts'

const kafka = kafkaClient({ brokers: [process.env.HOTLEAD_TEST_KAFKA as string], clientId: 'limits-test' })

/** What fits into one request, and what happens at the edge of it. */

test("a fetch of several partitions never passes over a batch larger than one partition's share", async () => {
  const name = `limits-${randomUUID()}`
  await ensureTopics(kafka, [{ name, partitions: 2, config: {} }], true)
  const producer = await FencedProducer.fence(kafka, randomUUID(), [
    { topic: name, partition: 0 },
    { topic: name, partition: 1 },
  ])
  // What RENEWAL_CHUNK or a catch-up batch gives: 2,000 snapshots of 350 bytes, one request, one batch.
  const records = Array.from({ length: 2000 }, (_, i) => ({
    key: `demo/l:${i}`,
    value: Buffer.alloc(320, 1),
  }))
  for (const partition of [0, 1]) await producer.send({ topic: name, partition, records })
  await producer.close()
  const reader = new PartitionReader(kafka)
  const read = new Map([
    [0, 0],
    [1, 0],
  ])
  const positions = new Map([
    [0, 0],
    [1, 0],
  ])
  for (let i = 0; i < 20; i++)
    for (const f of await reader.fetch(name, positions, 100)) {
      read.set(f.partition, (read.get(f.partition) as number) + f.records.length)
      positions.set(f.partition, f.next)
    }
  await reader.close()
  expect([...read.values()]).toEqual([2000, 2000])
})

test('a send of many small records with CloudEvents headers is taken', async () => {
  const name = `limits-${randomUUID()}`
  await ensureTopics(kafka, [{ name, partitions: 1, config: {} }], true)
  const producer = await FencedProducer.fence(kafka, randomUUID(), [{ topic: name, partition: 0 }])
  const records = Array.from({ length: 3000 }, (_, i) => ({
    key: `demo/l:AbCdEfGhIjKlMnOpQrSt${i}`,
    value: Buffer.alloc(350, 1),
    headers: {
      ce_specversion: '1.0',
      ce_id: `demo/l:AbCdEfGhIjKlMnOpQrSt${i}#12`,
      ce_type: 'hotlead.tier.changed.v1',
      ce_source: '/hotlead/demo',
      ce_subject: `l:AbCdEfGhIjKlMnOpQrSt${i}`,
      ce_time: new Date(0).toISOString(),
      'content-type': 'application/avro',
    },
  }))
  const offsets = await producer.send({ topic: name, partition: 0, records })
  await producer.close()
  expect(offsets).toHaveLength(3000)
})

test('one partition at a position that its log does not have leaves the others readable', async () => {
  const name = `limits-${randomUUID()}`
  await ensureTopics(kafka, [{ name, partitions: 2, config: {} }], true)
  const producer = await FencedProducer.fence(kafka, randomUUID(), [{ topic: name, partition: 0 }])
  await producer.send({ topic: name, partition: 0, records: [{ key: 'k', value: Buffer.from('v') }] })
  await producer.close()
  const reader = new PartitionReader(kafka)
  const positions = new Map([
    [0, 0],
    [1, 99],
  ])
  const fetched = await reader.fetch(name, positions, 100)
  await reader.close()
  expect(fetched.map(f => [f.partition, f.error?.code])).toEqual([
    [0, undefined],
    [1, 'offset_out_of_range'],
  ])
})

test("a dead letter of a record near the broker's limit can be written", async () => {
  const name = `limits-${randomUUID()}`
  const config = { 'max.message.bytes': '2097152' }
  await ensureTopics(kafka, [{ name, partitions: 1, config }], true)
  const producer = await FencedProducer.fence(kafka, randomUUID(), [{ topic: name, partition: 0 }])
  const value = Buffer.alloc(1_048_400, 1)
  await producer.send({ topic: name, partition: 0, records: [{ key: 'k', value }] })
  const headers = {
    'dlq-reason': 'activity: not in the Confluent wire format (1048400 bytes)',
    'dlq-step': 'scorer.decode',
    'dlq-timestamp': new Date().toISOString(),
    'dlq-topic': 'activity',
    'dlq-partition': '0',
    'dlq-offset': '0',
  }
  await producer.send({ topic: name, partition: 0, records: [{ key: 'k', value, headers }] })
})

import { randomUUID } from 'node:crypto'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { Kafka, logLevel } from 'kafkajs'
import { openCodecs, registerSchemas, TOPICS, topicNames, types, type Values } from './index.ts'

/**
 * What we write is open: a client that is not ours, knowing the addresses of broker and registry and nothing else,
 * reads every topic.
 */
const broker = process.env.HOTLEAD_TEST_KAFKA as string
const registry = process.env.HOTLEAD_TEST_REGISTRY as string
const prefix = `t${randomUUID().slice(0, 8)}-`
const names = topicNames(prefix)
const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
const avroTopics = TOPICS.filter(t => t.value !== 'bytes')

const PER_TOPIC = 20

test('an Avro client of others decodes every topic from the addresses of broker and registry alone', async () => {
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: avroTopics.map(t => ({ topic: names[t.name], numPartitions: 1 })) })
  await admin.disconnect()
  await registerSchemas(registry, prefix)
  const codecs = await openCodecs(registry, prefix)

  const written = new Map<string, unknown[]>()
  const producer = kafka.producer()
  await producer.connect()
  for (const topic of avroTopics) {
    const name = topic.value as keyof Values
    const values = Array.from({ length: PER_TOPIC }, () => types[name].random())
    written.set(names[topic.name], values.map(plain))
    const messages = values.map(value => ({ key: 'k', value: codecs[name].encode(value as never) }))
    await producer.send({ topic: names[topic.name], messages })
  }
  await producer.disconnect()

  // From here on nothing of ours: their consumer, their Avro client.
  const client = new SchemaRegistry({ host: registry })
  const consumer = kafka.consumer({ groupId: `${prefix}outside` })
  const read = new Map<string, unknown[]>([...written.keys()].map(topic => [topic, []]))
  await consumer.connect()
  await consumer.subscribe({ topics: [...read.keys()], fromBeginning: true })
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error))
    void consumer.run({
      eachMessage: async ({ topic, message }) => {
        try {
          read.get(topic)?.push(plain(await client.decode(message.value as Buffer)))
        } catch (error) {
          reject(error as Error)
        }
        if ([...read.values()].every(values => values.length === PER_TOPIC)) resolve()
      },
    })
  })
  await consumer.disconnect()

  expect([...read.keys()].sort()).toEqual(
    ['activity', 'hot-leads', 'models', 'scores', 'tiers'].map(name => prefix + name).sort(),
  )
  for (const [topic, values] of written) expect({ topic, values: read.get(topic) }).toEqual({ topic, values })
})

/** Without the classes that Avro libraries give their records; `undefined` would be lost here, so none may be there. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_name, v) => {
      if (v === undefined) throw new Error('a field is undefined')
      return v
    }),
  )
}

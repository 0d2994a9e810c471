import { topicNames } from '@hotlead/contracts'
import { kafkaClient, PartitionReader } from '@hotlead/kafka'
import { Installation, until } from '@hotlead/testkit'

let hot: Installation
afterAll(() => hot?.close())

/** What a broker takes in one batch (1,048,588 bytes), less the batch's and the record's own bytes. */
const LARGEST = 1_048_400

test('a record that nobody can read and that is as large as the broker takes goes to dead-letter, headers and all', async () => {
  hot = await Installation.open()
  const names = topicNames(hot.env.HOTLEAD_TOPIC_PREFIX)
  const kafka = kafkaClient({ brokers: [hot.env.HOTLEAD_KAFKA as string], clientId: 'rogue' })
  const producer = kafka.producer()
  await producer.connect()
  const value = Buffer.alloc(LARGEST, 1)
  await producer.send({ topic: names.activity, messages: [{ key: 'k', value, partition: 0 }] })
  await producer.disconnect()
  await hot.start('scorer')
  const reader = new PartitionReader(kafka)
  const [dead] = await until(
    async () => (await reader.fetch(names['dead-letter'], new Map([[0, 0]]), 100))[0]?.records ?? [],
    records => records.length > 0,
  )
  await reader.close()
  expect(dead?.value?.equals(value)).toBe(true)
  expect(Object.keys(dead?.headers ?? {})).toContain('dlq-reason')
})

import kafkajs from 'kafkajs'
import { needsKafka, silence, within } from './index.ts'

const NOBODY = 'no broker answers'
const refused = new kafkajs.KafkaJSConnectionError('Connection error: connect ECONNREFUSED 127.0.0.1:1')

/** kafkajs has types of some of its errors only. */
const named = (name: string, message: string) => Object.assign(new Error(message), { name })

/** What kafkajs does with the `null` that its cluster gives for metadata where no broker answered. */
function nullRead(read: (metadata: { topicMetadata: string[] }) => unknown): Error {
  try {
    read(null as unknown as { topicMetadata: string[] })
  } catch (error) {
    return error as Error
  }
  throw new Error('null was read')
}

test.each([
  ['a refused connection', refused, 'Connection error: connect ECONNREFUSED 127.0.0.1:1'],
  ['a closed one', named('KafkaJSConnectionClosedError', 'Closed connection'), 'Closed connection'],
  ['a late answer', named('KafkaJSRequestTimeoutError', 'Fetch timed out'), 'Fetch timed out'],
  ['a wait for a connection', named('KafkaJSLockTimeout', 'Timeout while acquiring lock'), NOBODY],
  ['a broker that is not known', named('KafkaJSBrokerNotFound', 'Broker 1 not found'), NOBODY],
  [
    'what was tried again and again',
    new kafkajs.KafkaJSNumberOfRetriesExceeded(refused, { retryCount: 8, retryTime: 5_000 }),
    'Connection error: connect ECONNREFUSED 127.0.0.1:1',
  ],
  ['a connection that broke', new Error('Broker not connected'), NOBODY],
  ['metadata that are null', nullRead(metadata => metadata.topicMetadata), NOBODY],
  [
    'metadata that are null, taken apart',
    nullRead(metadata => {
      const { topicMetadata } = metadata
      return topicMetadata
    }),
    NOBODY,
  ],
])('%s means that Kafka does not answer', (_, error, why) => {
  expect(silence(error)).toBe(why)
})

test('so does what took longer than any exchange may', async () => {
  const late = await within(1, new Promise(() => {})).catch(error => error)
  expect(silence(late)).toBe('no answer within 1 ms')
})

test.each([
  ['a fault of ours', new TypeError('x is not a function')],
  ['a refusal', new kafkajs.KafkaJSProtocolError('refused')],
  ['a sentence of ours about an outage', new Error('nothing was published', { cause: refused })],
  ['a text', 'text'],
  ['nothing', undefined],
])('%s is about something else', (_, error) => {
  expect(silence(error)).toBeUndefined()
})

test('a service that cannot start says that Kafka does not answer, and not what broke in its client', async () => {
  const broken = nullRead(metadata => metadata.topicMetadata)
  const start = needsKafka(['kafka:9092'], () => Promise.reject(broken))
  await expect(start).rejects.toMatchObject({
    message: expect.stringMatching(/^Kafka at kafka:9092 cannot be used/),
    cause: { message: NOBODY },
  })
})

test('what is not about Kafka being away stays the cause', async () => {
  const cause = new Error('topic activity is wrong')
  await expect(needsKafka(['kafka:9092'], () => Promise.reject(cause))).rejects.toMatchObject({ cause })
})

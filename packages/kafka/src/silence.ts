import { NoAnswerError } from './within.ts'

/** kafkajs's errors of a broker that is away, or that takes connections and answers nothing. */
const TOLD = ['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError']
/** The same, in words of kafkajs's own inside, which help nobody else. */
const INSIDE = ['KafkaJSLockTimeout', 'KafkaJSBrokerNotFound']
/** Not even of a class of its own: a request on a connection that broke, and what `cluster.metadata` is when nobody answered. */
const WORDS = /^Broker not connected$|'topicMetadata'.* null|null \(reading 'topicMetadata'\)/

/** Why Kafka could not be asked, for a sentence that names it; undefined where an error is about something else. */
export function silence(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error instanceof NoAnswerError || TOLD.includes(error.name)) return error.message
  if (INSIDE.includes(error.name) || WORDS.test(error.message)) return 'no broker answers'
  // How often kafkajs tried says less than what went wrong; what others say of an outage says more.
  return error.name.startsWith('KafkaJS') ? silence(error.cause) : undefined
}

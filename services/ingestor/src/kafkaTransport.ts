import { type kafkaClient, pinnedPartitioner } from '@hotlead/kafka'
import type { NewRecord, Transport } from './sink.ts'

type Kafka = ReturnType<typeof kafkaClient>
type Producer = ReturnType<Kafka['producer']>

/**
 * An idempotent producer, acks=all, murmur2 of the key over a fixed number of partitions, one send at a time by its caller. After any
 * error it is made anew: kafkajs rolls its sequence back then, and a later send could be taken for a repeat of it. The
 * failed records may still be in the log; their clients send them again under the same ids.
 */
export class KafkaTransport implements Transport {
  readonly #kafka: Kafka
  readonly #partitions: number
  readonly #idle: number
  #producer: Producer | undefined
  #renewals = 0

  /** @param idle partitions that may have been added to topics since they were made */
  constructor(kafka: Kafka, partitions: number, idle = 0) {
    this.#kafka = kafka
    this.#partitions = partitions
    this.#idle = idle
  }

  async send(records: readonly NewRecord[]): Promise<void> {
    if (!this.#producer) throw new Error('no connection to Kafka')
    const byTopic = new Map<string, NewRecord[]>()
    for (const record of records) {
      const found = byTopic.get(record.topic)
      if (found) found.push(record)
      else byTopic.set(record.topic, [record])
    }
    await this.#producer.sendBatch({
      acks: -1,
      timeout: 5_000,
      topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    })
  }

  async renew(): Promise<void> {
    this.#producer?.disconnect().catch(() => {})
    this.#producer = undefined
    const producer = this.#kafka.producer({
      idempotent: true,
      createPartitioner: pinnedPartitioner(this.#partitions, this.#idle),
      maxInFlightRequests: 1,
      // About 1.6 s in all: a leader election passes unseen; longer outages are answered 503 and the producer renewed.
      retry: { initialRetryTime: 100, retries: 4, multiplier: 1.7 },
    })
    const renewal = ++this.#renewals
    await producer.connect()
    // Whoever waited for it has given it up and asked for another one.
    if (renewal !== this.#renewals) void producer.disconnect().catch(() => {})
    else this.#producer = producer
  }

  async close(): Promise<void> {
    await this.#producer?.disconnect()
    this.#producer = undefined
  }
}

import type { Consumer, Kafka } from 'kafkajs'
import type { Log } from './client.ts'

export interface MembershipOptions {
  kafka: Kafka
  groupId: string
  topic: string
  /** ms; a crashed member's partitions are free after it, a stop-the-world pause below it goes unnoticed. */
  sessionTimeout: number
  log: Log
  /** Called with the full set whenever the group has decided; partitions kept are in it again. */
  onAssigned(partitions: number[]): void
  /** The consumer died for good: the process should say so and end. */
  onLost(error: Error): void
}

/**
 * Membership in a consumer group, for who owns which partition and for committed offsets on dashboards; the records
 * themselves are read by PartitionReader at positions of our own. So a rebalance never moves a position, a kept
 * partition goes on without a pause, and kafkajs can never jump to `latest` on its own.
 */
export class Membership {
  readonly #consumer: Consumer
  #heartbeatAt = 0

  private constructor(consumer: Consumer) {
    this.#consumer = consumer
  }

  static async join({
    kafka,
    groupId,
    topic,
    sessionTimeout,
    log,
    onAssigned,
    onLost,
  }: MembershipOptions): Promise<Membership> {
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout,
      rebalanceTimeout: 15_000,
      heartbeatInterval: 500,
      // With every partition paused this is how often kafkajs looks up: the beat of heartbeats and of rebalances.
      maxWaitTimeInMs: 500,
      retry: { initialRetryTime: 200, retries: 8 },
    })
    const membership = new Membership(consumer)
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      // Runs before the first fetch of this generation, so no record ever reaches the handler below.
      consumer.pause([{ topic }])
      membership.#heartbeatAt = performance.now()
      onAssigned([...(payload.memberAssignment[topic] ?? [])])
    })
    consumer.on(consumer.events.HEARTBEAT, () => {
      membership.#heartbeatAt = performance.now()
    })
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart) log.warn({ err: payload.error }, 'the consumer group member restarts')
      else onLost(payload.error)
    })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatch: async () => {} })
    return membership
  }

  /** Monotonic ms of the last time the coordinator confirmed this member. */
  get confirmedAt(): number {
    return this.#heartbeatAt
  }

  /** For dashboards only; a failure is the caller's to ignore. */
  async commit(topic: string, positions: ReadonlyMap<number, number>): Promise<void> {
    await this.#consumer.commitOffsets(
      [...positions].map(([partition, offset]) => ({ topic, partition, offset: String(offset) })),
    )
  }

  async leave(): Promise<void> {
    await this.#consumer.disconnect()
  }
}

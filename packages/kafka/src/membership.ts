import type { Consumer, Kafka } from 'kafkajs'
import type { Log } from './client.ts'
import { ANSWER_WITHIN, within } from './within.ts'

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

/** ms that the members of a group have to join it again when one comes or goes. */
const REBALANCE_TIMEOUT = 15_000
/** Sessions without a sign of the coordinator after which the consumer is taken for stuck; a rebalance may take its time. */
const STUCK_AFTER = 3
/** ms for a word to the group that nobody depends on. */
const SAY_WITHIN = 5_000

/**
 * Membership in a consumer group, for who owns which partition and for committed offsets on dashboards; the records
 * themselves are read by PartitionReader at positions of our own. So a rebalance never moves a position, a kept
 * partition goes on without a pause, and kafkajs can never jump to `latest` on its own.
 *
 * A consumer that has not been confirmed for three sessions is given up and made anew, however often it takes: what waits
 * within kafkajs for a reply that was lost may wait for ever (`npm run chaos -- --seed 7`: two minutes without a heartbeat,
 * without an error, and without a partition).
 */
export class Membership {
  readonly #o: MembershipOptions
  #consumer: Consumer
  /** Of the last sign of the coordinator, and from when on its silence is counted. */
  #confirmedAt = 0
  #silentSince = performance.now()
  #lookedAt = performance.now()
  #watch: NodeJS.Timeout | undefined
  #left = false

  private constructor(options: MembershipOptions) {
    this.#o = options
    this.#consumer = this.#open()
  }

  /** @throws where the group cannot be joined in time */
  static async join(options: MembershipOptions): Promise<Membership> {
    const membership = new Membership(options)
    await within(ANSWER_WITHIN, membership.#run())
    membership.#silentSince = performance.now()
    membership.#lookedAt = performance.now()
    membership.#watch = setInterval(() => membership.#look(), options.sessionTimeout / 4)
    return membership
  }

  #open(): Consumer {
    const { kafka, groupId, topic, sessionTimeout, log, onAssigned, onLost } = this.#o
    const consumer = kafka.consumer({
      groupId,
      sessionTimeout,
      rebalanceTimeout: REBALANCE_TIMEOUT,
      heartbeatInterval: 500,
      // With every partition paused this is how often kafkajs looks up: the beat of heartbeats and of rebalances.
      maxWaitTimeInMs: 500,
      // One that was given up and crashes then would come to life again beside the one in its place.
      retry: { initialRetryTime: 200, retries: 8, restartOnFailure: async () => isOurs() },
    })
    const isOurs = () => this.#consumer === consumer && !this.#left
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      // Runs before the first fetch of this generation, so no record ever reaches the handler below.
      consumer.pause([{ topic }])
      // Given up, and come to life after all: it leaves at once (patches/), and nobody reads what it was given.
      if (!isOurs()) return
      this.#confirm()
      onAssigned([...(payload.memberAssignment[topic] ?? [])])
    })
    consumer.on(consumer.events.HEARTBEAT, () => {
      if (isOurs()) this.#confirm()
    })
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!isOurs()) return
      if (payload.restart) log.warn({ err: payload.error }, 'the consumer group member restarts')
      else onLost(lost(groupId, payload.error))
    })
    return consumer
  }

  #confirm(): void {
    this.#confirmedAt = performance.now()
    this.#silentSince = this.#confirmedAt
  }

  async #run(): Promise<void> {
    const consumer = this.#consumer
    await consumer.connect()
    await consumer.subscribe({ topics: [this.#o.topic], fromBeginning: true })
    // Given up while it waited: run now, it would be a member that nobody ends.
    if (this.#consumer !== consumer || this.#left) return void consumer.disconnect().catch(() => {})
    await consumer.run({ autoCommit: false, eachBatch: async () => {} })
  }

  #look(): void {
    const now = performance.now()
    // A process that was stopped has heard nobody meanwhile: its consumer gets its time from here on.
    if (now - this.#lookedAt > this.#o.sessionTimeout) this.#silentSince = now
    this.#lookedAt = now
    const silent = now - this.#silentSince
    const { sessionTimeout, log } = this.#o
    if (silent < Math.max(STUCK_AFTER * sessionTimeout, REBALANCE_TIMEOUT + sessionTimeout)) return
    log.warn({ silentMs: Math.round(silent) }, 'the consumer group member is stuck and made anew')
    this.#silentSince = now
    // Not waited for: what is stuck may never end.
    this.#consumer.disconnect().catch(() => {})
    this.#consumer = this.#open()
    this.#run().catch(error =>
      log.warn({ err: error }, 'the consumer group member could not join, trying again'),
    )
  }

  /** Monotonic ms of the last time the coordinator confirmed this member. */
  get confirmedAt(): number {
    return this.#confirmedAt
  }

  /** For dashboards only; a failure is the caller's to ignore. */
  async commit(topic: string, positions: ReadonlyMap<number, number>): Promise<void> {
    const offsets = [...positions].map(([partition, offset]) => ({
      topic,
      partition,
      offset: String(offset),
    }))
    await within(SAY_WITHIN, this.#consumer.commitOffsets(offsets))
  }

  async leave(): Promise<void> {
    this.#left = true
    clearInterval(this.#watch)
    await within(SAY_WITHIN, this.#consumer.disconnect()).catch(() => {})
  }
}

/** What kafkajs says names neither Kafka nor the group: “Failed to find group coordinator”. */
function lost(groupId: string, cause: Error): Error {
  return new Error(
    `the consumer group ${groupId} does not work any more: ${cause.message}. This process ends; where nothing starts it ` +
      'again by itself, look whether Kafka is there, and start it',
    { cause },
  )
}

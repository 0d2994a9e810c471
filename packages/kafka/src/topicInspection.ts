import type { Kafka } from 'kafkajs'
import { needsKafka } from './needsKafka.ts'
import { PartitionReader } from './partitionReader.ts'
import { type Admin, ensureTopics, type Topic, wrongConfig, wrongPartitions } from './topics.ts'

export interface TopicInspectionOptions {
  kafka: Kafka
  brokers: readonly string[]
  /** As they must be at the start. */
  topics: readonly Topic[]
  /** What must stay; all of that where it is not given. */
  watched?: readonly Topic[]
}

/**
 * Looks again and again whether topics still are as they must be, and the same ones, on connections that it keeps:
 * anybody may add partitions, change a setting, or delete and create a topic under a running service.
 */
export class TopicInspection {
  readonly #topics: readonly Topic[]
  readonly #reader: PartitionReader
  readonly #admin: Admin
  /** By topic, as they were first told. */
  readonly #ids = new Map<string, string>()

  /** @throws where a topic is not as it must be, or Kafka does not answer: what a service says when it cannot start */
  static async open({ kafka, brokers, topics, watched = topics }: TopicInspectionOptions) {
    const inspection = new TopicInspection(kafka, watched)
    try {
      const wrong = await needsKafka(brokers, async () => {
        const wrong = await ensureTopics(kafka, topics, false)
        return wrong.length > 0 ? wrong : inspection.begin()
      })
      if (wrong.length > 0) throw new Error(wrong.join('; '))
      return inspection
    } catch (error) {
      await inspection.close().catch(() => {})
      throw error
    }
  }

  constructor(kafka: Kafka, topics: readonly Topic[]) {
    this.#topics = topics
    this.#reader = new PartitionReader(kafka)
    this.#admin = kafka.admin()
  }

  /** Takes the topics as they are for those that they must remain. @returns what `problems` finds */
  async begin(): Promise<string[]> {
    const { topics } = await this.#reader.describe(this.#topics.map(t => t.name))
    for (const [name, { id }] of topics) this.#ids.set(name, id)
    return this.problems()
  }

  /** @returns one sentence per topic that is not as it must be @throws where Kafka does not answer */
  async problems(): Promise<string[]> {
    const { topics: found } = await this.#reader.describe(this.#topics.map(t => t.name))
    const missing = this.#topics.filter(t => !found.has(t.name))
    if (missing.length > 0) return missing.map(t => `topic ${t.name} is gone: ${ANEW}`)
    const anew = madeAnew(this.#ids, found)
    for (const [name, { id }] of found) if (id !== '' && !anew.includes(name)) this.#ids.set(name, id)
    if (anew.length > 0) return anew.map(name => `topic ${name} was deleted and created anew: ${ANEW}`)
    await this.#admin.connect()
    const counts = new Map([...found].map(([name, { partitions }]) => [name, partitions]))
    return [
      ...wrongPartitions(counts, this.#topics),
      ...(await this.#used(counts)),
      ...(await wrongConfig(this.#admin, this.#topics)),
    ]
  }

  /** Partitions that were added and are not empty: somebody spreads keys over them, and so over the others too. */
  async #used(counts: ReadonlyMap<string, number>): Promise<string[]> {
    const found: string[] = []
    for (const { name, partitions, idle } of this.#topics) {
      const added = Array.from({ length: (counts.get(name) ?? 0) - partitions }, (_, i) => partitions + i)
      if (!idle || added.length === 0) continue
      for (const [partition, end] of await this.#reader.offsets(name, added, 'end'))
        if (end > 0)
          found.push(
            `partition ${partition} of topic ${name} was added to the ${partitions} that keys are spread over, and holds ` +
              'records: somebody else writes there, as docs/runbook/partition-count.md explains',
          )
    }
    return found
  }

  async close(): Promise<void> {
    await Promise.all([this.#reader.close(), this.#admin.disconnect()])
  }
}

/** Topics whose id is another than before. One that is not told says nothing: a broker before 2.8, during an upgrade. */
export function madeAnew(
  before: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, { id: string }>,
): string[] {
  return [...found].flatMap(([name, { id }]) => {
    const was = before.get(name) ?? ''
    return id !== '' && was !== '' && was !== id ? [name] : []
  })
}

const ANEW =
  'states that were folded from it stand for records that are gone. Start over as ' +
  'docs/runbook/foreign-state.md#a-topic-was-created-anew says'

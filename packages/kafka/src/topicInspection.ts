import type { Kafka } from 'kafkajs'
import { PartitionReader } from './partitionReader.ts'
import { type Admin, type Topic, wrongConfig, wrongPartitions } from './topics.ts'

/**
 * Looks again and again whether topics still are as they must be, and the same ones, on connections that it keeps:
 * anybody may add partitions, change a setting, or delete and create a topic under a running service.
 */
export class TopicInspection {
  readonly #topics: readonly Topic[]
  readonly #reader: PartitionReader
  readonly #admin: Admin
  /** By topic, as they were at the first look. */
  #ids: ReadonlyMap<string, string> | undefined

  constructor(kafka: Kafka, topics: readonly Topic[]) {
    this.#topics = topics
    this.#reader = new PartitionReader(kafka)
    this.#admin = kafka.admin()
  }

  /** @returns one sentence per topic that is not as it must be @throws where Kafka does not answer */
  async problems(): Promise<string[]> {
    const { topics: found } = await this.#reader.describe(this.#topics.map(t => t.name))
    const missing = this.#topics.filter(t => !found.has(t.name))
    if (missing.length > 0) return missing.map(t => `topic ${t.name} is gone: ${ANEW}`)
    this.#ids ??= new Map([...found].map(([name, { id }]) => [name, id]))
    const anew = [...found].filter(([name, { id }]) => this.#ids?.get(name) !== id)
    if (anew.length > 0) return anew.map(([name]) => `topic ${name} was deleted and created anew: ${ANEW}`)
    await this.#admin.connect()
    const counts = new Map([...found].map(([name, { partitions }]) => [name, partitions]))
    return [...wrongPartitions(counts, this.#topics), ...(await wrongConfig(this.#admin, this.#topics))]
  }

  async close(): Promise<void> {
    await Promise.all([this.#reader.close(), this.#admin.disconnect()])
  }
}

const ANEW =
  'states that were folded from it stand for records that are gone. Start over as ' +
  'docs/runbook/foreign-state.md#a-topic-was-created-anew says'

import { topicNames } from '@hotlead/contracts'
import type { FencedProducer, NewRecord } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'
import { unavailable } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { fencedProducer } from '../fenced.ts'
import { type Note, noteRecord } from './note.ts'
import type { Outgoing } from './plan.ts'

/** What Kafka says to whoever was fenced. */
const FENCED = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED']

/**
 * Who changes dead letters: one at a time in an installation. Whoever begins later shuts the earlier one out of
 * `activity` and `dead-letter`, and whatever that one wrote is in the log by then.
 */
export class Operator {
  readonly #config: CliConfig
  readonly #producer: FencedProducer
  readonly #topics: { activity: string; 'dead-letter': string }

  private constructor(config: CliConfig, producer: FencedProducer) {
    this.#config = config
    this.#producer = producer
    this.#topics = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  }

  static async begin(config: CliConfig, kafka: Kafka): Promise<Operator> {
    const topics = topicNames(config.HOTLEAD_TOPIC_PREFIX)
    const own = [topics.activity, topics['dead-letter']]
    try {
      return new Operator(config, await fencedProducer(config, kafka, 'dlq', own))
    } catch (error) {
      throw failed(config, error)
    }
  }

  /** Writes notes, each into its letter's partition. */
  async note(notes: readonly (readonly [partition: number, note: Note])[]): Promise<void> {
    const records = notes.map(([partition, note]) => ({ ...noteRecord(note), partition }))
    await this.#send(this.#topics['dead-letter'], records)
  }

  /** Appends to `activity`, in order within each partition. @returns each record's offset */
  activity(records: readonly Outgoing[]): Promise<number[]> {
    return this.#send(this.#topics.activity, records)
  }

  close(): Promise<void> {
    return this.#producer.close()
  }

  async #send(topic: string, records: readonly (NewRecord & { partition: number })[]): Promise<number[]> {
    const offsets: number[] = []
    const byPartition = Map.groupBy(records.keys(), i => (records[i] as Outgoing).partition)
    for (const [partition, indexes] of byPartition) {
      const own = indexes.map(i => {
        const { partition: _, ...record } = records[i] as Outgoing
        return record
      })
      try {
        const written = await this.#producer.send({ topic, partition, records: own })
        for (const [n, i] of indexes.entries()) offsets[i] = written[n] as number
      } catch (error) {
        throw failed(this.#config, error)
      }
    }
    return offsets
  }
}

function failed(config: CliConfig, error: unknown): CliError {
  if (FENCED.includes((error as { type?: string }).type ?? ''))
    return new CliError(
      EXIT.failed,
      'Another `hotlead dlq` began meanwhile and took over. What this one had sent stays sent, and will not be sent twice.',
      'Look at what is left with `hotlead dlq list` once the other one is done.',
      error,
    )
  return unavailable(config, 'HOTLEAD_KAFKA', 'Kafka', config.HOTLEAD_KAFKA.join(','), error)
}

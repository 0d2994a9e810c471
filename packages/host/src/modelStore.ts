import type { Codec, PublishedModel } from '@hotlead/contracts'
import { PartitionReader } from '@hotlead/kafka'
import { type Model, parseModel } from '@hotlead/model'
import type { KafkaClient } from '@hotlead/stream'

/** A record names a model version that this process has not read from `models` yet. */
export class UnknownModelError extends Error {
  readonly code = 'unknown_model'
  readonly version: string
  constructor(version: string) {
    super(`model version ${version} is not in the topic models`)
    this.version = version
  }
}

/**
 * Every published model by its version. A version is a hash of the content, so a look-up gives the same model at any
 * time; what activates a model is a control record in `activity`. Bound: every version ever published, a few kB each.
 */
export class ModelStore {
  readonly #models = new Map<string, Model>()
  readonly #reader: PartitionReader
  readonly #topic: string
  readonly #codec: Codec<PublishedModel>
  #next = 0

  constructor(kafka: KafkaClient, topic: string, codec: Codec<PublishedModel>) {
    this.#reader = new PartitionReader(kafka)
    this.#topic = topic
    this.#codec = codec
  }

  get(version: string): Model | undefined {
    return this.#models.get(version)
  }

  /** @throws UnknownModelError */
  need(version: string): Model {
    const model = this.#models.get(version)
    if (!model) throw new UnknownModelError(version)
    return model
  }

  /** Reads what the topic holds beyond the last call. @throws where Kafka does not answer */
  async refresh(): Promise<void> {
    const start = (await this.#reader.offsets(this.#topic, [0], 'start')).get(0) as number
    const end = (await this.#reader.offsets(this.#topic, [0], 'end')).get(0) as number
    for await (const records of this.#reader.read(this.#topic, 0, Math.max(this.#next, start), end)) {
      for (const { value } of records) {
        if (!value) continue
        const published = this.#codec.decode(value)
        const parsed = parseModel(published.source)
        if (parsed.ok) this.#models.set(published.version, parsed.model)
      }
    }
    this.#next = Math.max(this.#next, end)
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }
}

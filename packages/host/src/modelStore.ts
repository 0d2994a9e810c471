import { type Codec, learnSchema, type PublishedModel, splitKey, UndecodableError } from '@hotlead/contracts'
import { PartitionReader } from '@hotlead/kafka'
import { type Model, parseModel } from '@hotlead/model'
import { type KafkaClient, RefusedError } from '@hotlead/stream'

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
 * time; what activates a model is a control record in `activity`. One that this version of hotlead cannot read is kept
 * as such, and harms nobody until a record or a state names it. Bound: every version ever published, a few kB each.
 */
export class ModelStore {
  readonly #models = new Map<string, Model>()
  /** What is wrong with a version that is published but cannot be read here. */
  readonly #unreadable = new Map<string, string>()
  readonly #reader: PartitionReader
  readonly #topic: string
  readonly #codec: Codec<PublishedModel>
  readonly #registry: string
  #next = 0

  constructor(o: {
    kafka: KafkaClient
    topic: string
    codec: Codec<PublishedModel>
    /** Asked for a schema that was registered after this process started. */
    registry: string
  }) {
    this.#reader = new PartitionReader(o.kafka)
    this.#topic = o.topic
    this.#codec = o.codec
    this.#registry = o.registry
  }

  /**
   * Undefined where no such version was published up to the last `refresh`.
   * @throws RefusedError where it was, but this version of hotlead cannot read it: scores without it would be wrong
   */
  get(version: string): Model | undefined {
    const problem = this.#unreadable.get(version)
    if (problem !== undefined)
      throw new RefusedError(
        `model version ${version} is in the topic ${this.#topic}, but this hotlead cannot read it (${problem}): ` +
          'upgrade this service, or publish the model again from its file where the record is damaged',
      )
    return this.#models.get(version)
  }

  /** @throws UnknownModelError, or as `get` does */
  need(version: string): Model {
    const model = this.get(version)
    if (!model) throw new UnknownModelError(version)
    return model
  }

  /** Reads what the topic holds beyond the last call. @throws where Kafka does not answer */
  async refresh(): Promise<void> {
    const start = (await this.#reader.offsets(this.#topic, [0], 'start')).get(0) as number
    const end = (await this.#reader.offsets(this.#topic, [0], 'end')).get(0) as number
    for await (const records of this.#reader.read(this.#topic, 0, Math.max(this.#next, start), end)) {
      for (const { key, value } of records) if (value) await this.#add(key, value)
    }
    this.#next = Math.max(this.#next, end)
  }

  async #add(key: string, value: Buffer): Promise<void> {
    let { subject: version }: { subject: string } = splitKey(key)
    let problem: string | undefined
    try {
      const published = await this.#decode(value)
      version = published.version
      const parsed = parseModel(published.source)
      if (parsed.ok) {
        this.#models.set(version, parsed.model)
        this.#unreadable.delete(version)
        return
      }
      problem = parsed.problems[0]?.message
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error
      problem = error.message
    }
    // A version is a hash of its content: one that was read once is what it is, whatever follows under its name.
    if (!this.#models.has(version)) this.#unreadable.set(version, problem ?? 'it is not sound')
  }

  async #decode(value: Buffer): Promise<PublishedModel> {
    try {
      return this.#codec.decode(value)
    } catch (error) {
      if (!(error instanceof UndecodableError) || error.schemaId === undefined) throw error
      if (!(await learnSchema(this.#registry, `${this.#topic}-value`, this.#codec, error.schemaId)))
        throw error
      return this.#codec.decode(value)
    }
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }
}

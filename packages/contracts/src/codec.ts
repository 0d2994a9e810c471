import avro from 'avsc'
import type { Activity, HotLead, PublishedModel, Score, Standing, Transition } from './generated/types.ts'
import { type Reads, schemaText, typeReading, types, type ValueName } from './schemas.ts'

export interface Values {
  activity: Activity
  scores: Score
  tiers: Transition
  'hot-leads': HotLead
  models: PublishedModel
  standing: Standing
}

/** How bytes under an id are read: as they are, by a resolver from the writer's schema, or not, with the reason. */
type Reader = 'ours' | avro.Resolver | { unreadable: string }

/** Bytes that no known schema explains. The record is a dead letter unless the registry knows its id. */
export class UndecodableError extends Error {
  readonly code = 'undecodable'
  readonly schemaId: number | undefined
  constructor(message: string, schemaId?: number, cause?: unknown) {
    super(message, { cause })
    this.schemaId = schemaId
  }
}

/**
 * Confluent wire format for one value type: `00`, 4-byte big-endian schema id, Avro body. Encoding and decoding are
 * synchronous and touch no network: ids are resolved at start, or by `learn` when a new one turns up.
 */
export class Codec<T> {
  readonly name: ValueName
  readonly id: number
  readonly #type: avro.Type
  /** What is read. */
  readonly #reads: avro.Type
  readonly #readers = new Map<number, Reader>()

  /** @param reads what is not read is undefined, whatever its type says */
  constructor(name: ValueName, id: number, reads?: Reads) {
    this.name = name
    this.id = id
    this.#type = types[name]
    this.#reads = reads === undefined ? this.#type : typeReading(name, reads)
    this.#readers.set(id, this.#ours())
  }

  encode(value: T): Buffer {
    const body = this.#type.toBuffer(value)
    const framed = Buffer.allocUnsafe(body.length + 5)
    framed[0] = 0
    framed.writeUInt32BE(this.id, 1)
    body.copy(framed, 5)
    return framed
  }

  /** @throws UndecodableError, with `schemaId` set where the writer's schema is not known here yet. */
  decode(framed: Buffer): T {
    if (framed.length < 5 || framed[0] !== 0)
      throw new UndecodableError(`${this.name}: not in the Confluent wire format (${framed.length} bytes)`)
    const id = framed.readUInt32BE(1)
    const reader = this.#readers.get(id)
    if (reader === undefined) throw new UndecodableError(`${this.name}: unknown schema id ${id}`, id)
    if (typeof reader === 'object' && 'unreadable' in reader)
      throw new UndecodableError(`${this.name}: schema id ${id} cannot be read as ours: ${reader.unreadable}`)
    try {
      return this.#reads.fromBuffer(framed.subarray(5), reader === 'ours' ? undefined : reader) as T
    } catch (cause) {
      throw new UndecodableError(`${this.name}: ${(cause as Error).message}`, undefined, cause)
    }
  }

  /**
   * Makes records written under another id readable, or says from now on why they are not.
   * @param writer schema text
   * @returns false where that schema cannot be read as ours, or is none: its records are bad data
   */
  learn(id: number, writer: string): boolean {
    try {
      const ours = writer === schemaText(this.name)
      this.#readers.set(
        id,
        ours ? this.#ours() : this.#reads.createResolver(avro.Type.forSchema(JSON.parse(writer))),
      )
      return true
    } catch (cause) {
      this.#readers.set(id, { unreadable: (cause as Error).message })
      return false
    }
  }

  #ours(): Reader {
    return this.#reads === this.#type ? 'ours' : this.#reads.createResolver(this.#type)
  }
}

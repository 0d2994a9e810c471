import { readFileSync } from 'node:fs'
import { decode, decodeUpTo, Names, resolve } from './avro.mjs'

/**
 * Values in the Confluent wire format: a 0, the schema's id in four bytes, the Avro body. Schemas come from the registry
 * over HTTP, by that id, and are kept.
 */
export class Schemas {
  #registry
  /** id → the type, or why there is none */
  #known = new Map()

  constructor(registry) {
    this.#registry = registry
  }

  /** Fetches the schemas of the ids that these values name, so that `decode` need not wait. */
  async learn(values) {
    const ids = new Set()
    for (const value of values)
      if (value && value.length >= 5 && value[0] === 0) ids.add(value.readUInt32BE(1))
    for (const id of ids) if (!this.#known.has(id)) this.#known.set(id, await this.#fetch(id))
  }

  /** Whether `decode` can tell without asking the registry. */
  knows(value) {
    return !value || value.length < 5 || value[0] !== 0 || this.#known.has(value.readUInt32BE(1))
  }

  /**
   * @param record the full name that the schema must have, such as hotlead.Activity
   * @throws where the value is none of this record
   */
  decode(value, record) {
    return decode(this.#typeOf(value, record), value.subarray(5))
  }

  /** Its fields up to and with `last` alone: of a snapshot the facts are most of the bytes. @throws as decode does */
  decodeUpTo(last, value, record) {
    return decodeUpTo(last, this.#typeOf(value, record), value.subarray(5))
  }

  #typeOf(value, record) {
    if (value.length < 5 || value[0] !== 0) throw new Error('not in the Confluent wire format')
    const id = value.readUInt32BE(1)
    const type = this.#known.get(id)
    if (typeof type === 'string') throw new Error(type)
    if (!type) throw new Error(`schema ${id} was not fetched`)
    if (type.name !== record) throw new Error(`schema ${id} is ${type.name ?? type.kind}, not ${record}`)
    return type
  }

  async #fetch(id) {
    const url = `${this.#registry.replace(/\/$/, '')}/schemas/ids/${id}`
    const answer = await fetch(url, { signal: AbortSignal.timeout(20_000) })
    const body = await answer.json().catch(() => undefined)
    if (answer.status === 404 || answer.status === 422) return `the registry knows no schema ${id}`
    if (!answer.ok || typeof body?.schema !== 'string')
      throw new Error(
        `the schema registry answered ${answer.status} to ${url}: is it up, and the right address?`,
      )
    try {
      return resolve(JSON.parse(body.schema))
    } catch (error) {
      return `schema ${id} cannot be read: ${error.message}`
    }
  }
}

/** Tiering's state never leaves Redis, so no registry knows its schema: it is what `schemas/` says. */
export function standingDecoder(folder = new URL('../../../schemas/', import.meta.url)) {
  const names = new Names()
  const load = file => JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  resolve(load('types/lead.avsc'), names)
  for (const schema of load('types/why.avsc')) resolve(schema, names)
  resolve(load('tiers.avsc'), names)
  const standing = resolve(load('types/standing.avsc'), names)
  return bytes => decode(standing, bytes.subarray(5))
}

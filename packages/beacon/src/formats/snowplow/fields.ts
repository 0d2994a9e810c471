import { MAX_ID_CHARS } from '../../limits.ts'
import { kindOf } from '../../problems.ts'
import { isTime } from '../../time.ts'
import type { JsonObject } from '../json.ts'

/**
 * The fields of one event, each by its short name in the tracker protocol. Trackers make text of all that they send;
 * hand-written requests may say numbers. What is missing, null or empty is undefined, and what is wrong is noted.
 */
export class Fields {
  readonly #problems = new Set<string>()
  readonly #event: JsonObject

  constructor(event: JsonObject) {
    this.#event = event
  }

  /** All that was found wrong so far, each with its field's name. */
  get problems(): string[] {
    return [...this.#problems]
  }

  text(name: string): string | undefined {
    const value = this.#event[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
    return this.wrong(name, 'must be text', value)
  }

  required(name: string): string | undefined {
    const value = this.text(name)
    return value ?? this.wrong(name, 'must be text', this.#event[name])
  }

  id(name: string): string | undefined {
    const value = this.text(name)
    if (value === undefined || value.length <= MAX_ID_CHARS) return value
    return this.wrong(name, `must be at most ${MAX_ID_CHARS} characters`, value)
  }

  /** ms since 1970 */
  time(name: string): number | undefined {
    const value = this.text(name)
    if (value === undefined) return undefined
    const time = /^\d{1,15}$/.test(value) ? Number(value) : undefined
    return isTime(time) ? time : this.wrong(name, 'must be ms since 1970', this.#event[name])
  }

  /** A number where it is one; else the text, which a condition may still look at. */
  number(name: string): number | string | undefined {
    const value = this.text(name)
    return value !== undefined && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
  }

  /** `1920x1080`, in pixels; undefined where it is none: nothing hangs on it. */
  size(name: string): { width: number; height: number } | undefined {
    const [, width, height] = /^(\d{1,9})x(\d{1,9})$/.exec(this.text(name) ?? '') ?? []
    return width === undefined ? undefined : { width: Number(width), height: Number(height) }
  }

  /** JSON that comes plain under one name or as base64url under another. */
  json(plain: string, encoded: string): { name: string; value: unknown } | undefined {
    const name = this.text(plain) === undefined ? encoded : plain
    const text = this.text(name)
    if (text === undefined) return undefined
    const isPlain = name === plain
    try {
      return { name, value: JSON.parse(isPlain ? text : Buffer.from(text, 'base64url').toString('utf8')) }
    } catch {
      return this.wrong(name, isPlain ? 'must be JSON' : 'must be JSON in base64url', text)
    }
  }

  /** Notes a problem. @param must what the value had to be */
  wrong(name: string, must: string, value: unknown): undefined {
    this.#problems.add(`${name}: ${must}, is ${kindOf(value)}`)
  }
}

import { type Outcome, ok, refuse } from '../outcome.ts'
import { kindOf } from '../problems.ts'

export type JsonObject = Record<string, unknown>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The fields of an object; none of anything else. */
export function fields(value: unknown): JsonObject {
  return isObject(value) ? value : {}
}

/** The JSON that a body is. */
export function json(body: Buffer): Outcome<unknown> {
  try {
    return ok(JSON.parse(body.toString('utf8')))
  } catch (error) {
    return refuse(400, 'malformed', `body: must be JSON (${withoutText((error as Error).message)})`)
  }
}

/** V8 quotes what it could not read, which may be somebody's address. */
export function withoutText(message: string): string {
  return message.replace(/,? ?(\.{3})?".*"(\.{3})? is not valid JSON$/s, '').slice(0, 100)
}

/** The JSON object that a body is. */
export function jsonObject(body: Buffer): Outcome<JsonObject> {
  const said = json(body)
  if (said.kind !== 'ok') return said
  return isObject(said.value)
    ? ok(said.value)
    : refuse(400, 'malformed', `body: must be an object, is ${kindOf(said.value)}`)
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

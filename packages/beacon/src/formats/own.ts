import { FLAGS, type Flag } from '@hotlead/contracts'
import { ok } from '../outcome.ts'
import { isObject, type JsonObject } from './json.ts'
import { SINGLE } from './segment.ts'

/** An event in our own shape, as a dead letter has it whose own bytes could not be kept; with the flags of its own sender. */
export const OWN = {
  ...SINGLE.track,
  name: 'own',
  message(event: unknown) {
    const { flags: _flags, ...message } = event as JsonObject
    return ok(message)
  },
  marks(event: unknown): readonly Flag[] {
    const flags = isObject(event) ? event.flags : undefined
    return Array.isArray(flags) ? flags.filter(isFlag) : []
  },
}

function isFlag(name: unknown): name is Flag {
  return typeof name === 'string' && Object.hasOwn(FLAGS, name)
}

/** The bytes of such an event, which `JSON.parse` reads as the very same. */
export function ownBytes(message: object, flags: readonly Flag[]): Buffer {
  return Buffer.from(JSON.stringify(flags.length > 0 ? { ...message, flags } : message, exact))
}

/** Not in the types yet: https://github.com/tc39/proposal-json-parse-with-source */
const { rawJSON } = JSON as typeof JSON & { rawJSON(text: string): unknown }

/** `JSON.stringify` makes null of what 1e999 is read as, and 0 of -0. */
function exact(_name: string, value: unknown): unknown {
  if (typeof value !== 'number') return value
  if (!Number.isFinite(value)) return rawJSON(value > 0 ? '1e999' : '-1e999')
  return Object.is(value, -0) ? rawJSON('-0') : value
}

import {
  type Admitted,
  kindOf,
  MAX_BATCH_BYTES,
  MAX_BATCH_EVENTS,
  MAX_EVENT_BYTES,
  type Outcome,
  ok,
  refuse,
} from '@hotlead/beacon'
import { sections } from '../sections.ts'
import type { Sources } from '../sources.ts'
import { type Keyed, sourceOf } from './admit.ts'

/** JSON, whatever the content type says; then the key of the body, where no header had one; then the events. */
export function parse(sources: Sources) {
  return function parse({ beacon, source: known }: Keyed): Outcome<Admitted> {
    const { body, type } = beacon
    const limit = type === 'batch' ? MAX_BATCH_BYTES : MAX_EVENT_BYTES
    if (body.length > limit)
      return refuse(400, 'too_large', `body: must be at most ${limit} bytes, is ${body.length}`)
    let json: unknown
    try {
      json = JSON.parse(body.toString('utf8'))
    } catch (error) {
      return refuse(400, 'malformed', `body: must be JSON (${(error as Error).message.slice(0, 200)})`)
    }
    if (!isObject(json)) return refuse(400, 'malformed', `body: must be an object, is ${kindOf(json)}`)
    let source = known
    if (source === undefined) {
      const key = typeof json.writeKey === 'string' ? json.writeKey : undefined
      const found = sourceOf(sources, key, beacon.origin)
      if (found.kind !== 'ok') return found
      source = found.value
    }
    const shared = { sentAt: json.sentAt, context: json.context }
    if (type !== 'batch') return ok({ beacon, source, events: [json], shared, bytesOf: () => body })
    if (!Array.isArray(json.batch))
      return refuse(400, 'malformed', `batch: must be a list of events, is ${kindOf(json.batch)}`)
    if (json.batch.length > MAX_BATCH_EVENTS)
      return refuse(
        400,
        'too_large',
        `batch: must be a list of at most ${MAX_BATCH_EVENTS} events, has ${json.batch.length}`,
      )
    let ranges: { start: number; end: number }[] | undefined
    const bytesOf = (index: number) => {
      ranges ??= sections(body, 'batch')
      return body.subarray(ranges[index]?.start, ranges[index]?.end)
    }
    return ok({ beacon, source, events: json.batch, shared, bytesOf })
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

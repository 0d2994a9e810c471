import { EVENT_TYPES, type EventType } from '../beacon.ts'
import {
  MAX_BATCH_BYTES,
  MAX_BATCH_EVENTS,
  MAX_EVENT_BYTES,
  MAX_SHARED_BYTES,
  MAX_SHARED_TOTAL,
} from '../limits.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import { kindOf } from '../problems.ts'
import { type Format, type Split, single } from './format.ts'
import { type JsonObject, jsonObject, text } from './json.ts'
import { type Section, section, sections } from './sections.ts'

/** One event as the whole body, its type said by the path. https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/ */
function one(type: EventType): Format {
  return {
    name: type,
    buries: false,
    maxBytes: MAX_EVENT_BYTES,
    split(body) {
      const said = jsonObject(body)
      return said.kind === 'ok' ? ok(single(said.value, body, text(said.value.writeKey))) : said
    },
    message: event => ok({ ...(event as JsonObject), type }),
  }
}

export const SINGLE = Object.fromEntries(EVENT_TYPES.map(type => [type, one(type)])) as Record<
  EventType,
  Format
>

/** Several events under `batch`, each with its type. */
export const BATCH: Format = {
  name: 'batch',
  buries: true,
  maxBytes: MAX_BATCH_BYTES,
  split(body) {
    const said = jsonObject(body)
    return said.kind === 'ok' ? listed(body, said.value, 'batch') : said
  },
  message: event => ok(event),
}

/** The events of a list in a field of the body, with what the body says beside it. */
export function listed(body: Buffer, said: JsonObject, field: string): Outcome<Split> {
  const events = said[field]
  if (!Array.isArray(events))
    return refuse(400, 'malformed', `${field}: must be a list of events, is ${kindOf(events)}`)
  if (events.length > MAX_BATCH_EVENTS)
    return refuse(
      400,
      'too_large',
      `${field}: must be a list of at most ${MAX_BATCH_EVENTS} events, has ${events.length}`,
    )
  const size = said.context === undefined ? 0 : sharedSize(body, events.length)
  if (size > MAX_SHARED_BYTES)
    return refuse(400, 'too_large', `context: must be at most ${MAX_SHARED_BYTES} bytes, is ${size}`)
  if (size * events.length > MAX_SHARED_TOTAL)
    return refuse(
      400,
      'too_large',
      `context: ${size} bytes in each of ${events.length} events are more than ${MAX_SHARED_TOTAL} bytes; send at most ` +
        `${Math.floor(MAX_SHARED_TOTAL / size)} events with it`,
    )
  let ranges: Section[] | undefined
  return ok({
    key: text(said.writeKey),
    events,
    shared: { sentAt: said.sentAt, context: said.context },
    label: index => `${field}[${index}]`,
    bytesOf(index) {
      ranges ??= sections(body, field)
      return body.subarray(ranges[index]?.start, ranges[index]?.end)
    },
  })
}

/** Bytes of `context` as it stands; 0 where the body is too small to hold one that is too large, which is then not looked for. */
function sharedSize(body: Buffer, events: number): number {
  if (body.length <= MAX_SHARED_BYTES && body.length * events <= MAX_SHARED_TOTAL) return 0
  const found = section(body, 'context')
  return found === undefined ? 0 : found.end - found.start
}

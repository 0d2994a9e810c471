import { EVENT_TYPES, type EventType } from '../beacon.ts'
import { MAX_EVENT_BYTES } from '../limits.ts'
import { ok } from '../outcome.ts'
import { type Format, single } from './format.ts'
import { isObject, type JsonObject, jsonObject, text } from './json.ts'

/**
 * One event as Jitsu's clients post it: Segment's shape, but for the name of a page, which is among its properties. Read
 * in `@jitsu/js` 1.11.0 (adjustPayload) and in Jitsu's own server (`ingest/router.go` of jitsucom/bulker).
 * @param type undefined: the event says it itself
 */
function one(type: EventType | undefined): Format {
  return {
    name: `jitsu-${type ?? 'event'}`,
    buries: false,
    maxBytes: MAX_EVENT_BYTES,
    split(body) {
      const said = jsonObject(body)
      // What the body has under `writeKey` is masked (`id:***`).
      return said.kind === 'ok' ? ok(single(said.value, body)) : said
    },
    message(event) {
      const said = event as JsonObject
      const name = said.name ?? (isObject(said.properties) ? text(said.properties.name) : undefined)
      return ok({ ...said, type: type ?? said.type, name })
    },
  }
}

/** By the last part of Jitsu's paths. */
export const JITSU = Object.fromEntries(
  [...EVENT_TYPES, 'event' as const].map(type => [type, one(type === 'event' ? undefined : type)]),
) as Record<EventType | 'event', Format>

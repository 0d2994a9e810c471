import { MAX_EVENT_BYTES } from '../limits.ts'
import { ok } from '../outcome.ts'
import { type Format, single } from './format.ts'
import type { JsonObject } from './json.ts'

/** `context.page.url` is the deepest that our own shape asks for. Deeper names keep their dots, as the log has them anyway. */
const MAX_LEVELS = 3

/**
 * One event as the query of an image, as RudderStack's Pixel API has it: the names of an event's fields, nested by dots
 * (`properties.plan=pro&context.page.url=…`), every value text, and of a repeated name the first. Read in
 * https://www.rudderstack.com/docs/api/pixel-api and in its gateway (`gateway/handle_http_pixel.go`).
 */
function pixel(type: 'track' | 'page'): Format {
  return {
    name: `pixel-${type}`,
    buries: true,
    maxBytes: MAX_EVENT_BYTES,
    split: query => ok(single(eventOf(query), query)),
    event: query => ok(eventOf(query)),
    message(event) {
      const said = event as JsonObject
      return ok({ ...said, type, anonymousId: unquoted(said.anonymousId) })
    },
  }
}

export const PIXEL: Readonly<Record<'track' | 'page', Format>> = {
  track: pixel('track'),
  page: pixel('page'),
}

function eventOf(query: Buffer): JsonObject {
  return nested(new URLSearchParams(query.toString('utf8')))
}

/** Without prototypes, so that `__proto__.x` is a name like any other. */
function nested(query: URLSearchParams): JsonObject {
  const root: JsonObject = Object.create(null)
  for (const name of new Set(query.keys())) {
    const parts = name.split('.')
    const path = parts.slice(0, MAX_LEVELS - 1)
    const last = parts.slice(MAX_LEVELS - 1).join('.') || (path.pop() as string)
    let into = root
    for (const part of path) {
      if (typeof into[part] !== 'object') into[part] = Object.create(null)
      into = into[part] as JsonObject
    }
    into[last] = query.get(name)
  }
  return root
}

/** AMP pages write their visitor's id between quotes. */
function unquoted(id: unknown): unknown {
  return typeof id === 'string' ? id.replace(/^"(.*)"$/, '$1') : id
}

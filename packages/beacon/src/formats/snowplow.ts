import { MAX_SOCKET_BYTES } from '../limits.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import { kindOf } from '../problems.ts'
import { type Format, type Keys, single } from './format.ts'
import { isObject, type JsonObject, jsonObject, text } from './json.ts'
import { listed } from './segment.ts'
import { contextOf } from './snowplow/contextOf.ts'
import { Fields } from './snowplow/fields.ts'
import { happened } from './snowplow/happened.ts'
import { entities, type SelfDescribing } from './snowplow/selfDescribing.ts'

/**
 * Snowplow's trackers send what they hold again, head of line, after every answer but 2xx, 400, 401, 403, 410 and 422. So
 * nothing is too large here before the socket's own limit, and what cannot be read is buried.
 */
const shared = {
  buries: true,
  buriesBodies: true,
  maxBytes: MAX_SOCKET_BYTES,
  visitor: (event: unknown) => (isObject(event) ? (event.duid ?? event.tnuid ?? event.nuid) : undefined),
  message,
}

/** Events under `data`, as trackers post them. https://docs.snowplow.io/docs/events/going-deeper/example-requests/ */
export const SNOWPLOW: Format = {
  ...shared,
  name: 'snowplow',
  split(body) {
    const said = jsonObject(body)
    if (said.kind !== 'ok') return said
    const list = listed(body, { data: said.value.data }, 'data')
    if (list.kind !== 'ok') return list
    const [first] = list.value.events
    return ok({ ...list.value, key: isObject(first) ? text(first.aid) : undefined })
  },
}

/** One event as the query of `GET /i`. Of a name that comes twice the last counts. */
export const SNOWPLOW_PIXEL: Format = {
  ...shared,
  name: 'snowplow_pixel',
  split(body) {
    const event = eventOf(body)
    return ok(single(event, body, text(event.aid) || undefined))
  },
  event: query => ok(eventOf(query)),
}

function eventOf(query: Buffer): JsonObject {
  const event: JsonObject = Object.create(null)
  for (const [name, value] of new URLSearchParams(query.toString('utf8'))) event[name] = value
  return event
}

/** Where the sender is known by an `aid`, every event of the request must carry that one. */
function message(event: unknown, keys?: Keys): Outcome<unknown> {
  if (!isObject(event)) return refuse(400, 'invalid', `event: must be an object, is ${kindOf(event)}`)
  const fields = new Fields(event)
  const app = fields.text('aid')
  if (keys?.body !== undefined && app !== keys.body)
    return refuse(
      400,
      'unauthorized',
      'aid: must be that of the first event: it is the write key, and stands for the whole request',
    )
  const carried = entities(fields)
  const { schema, ...what } = happened(fields) ?? {}
  const said = {
    ...what,
    ...when(fields),
    messageId: fields.id('eid'),
    userId: fields.id('uid'),
    anonymousId: visitorOf(fields, carried),
    context: {
      // A key has no place in the log: it is a name only where the head of the request named another.
      app: { name: keys?.head === undefined || app === keys.head ? undefined : app },
      schema,
      ...contextOf(fields, carried),
    },
  }
  return fields.problems.length === 0 ? ok(said) : refuse(400, 'invalid', ...fields.problems)
}

/** A time that is said to be exact (`ttm`) is not mended by the clock of whoever sends it. */
function when(fields: Fields): { timestamp: number | undefined; sentAt: number | undefined } {
  const [exact, created, sent] = [fields.time('ttm'), fields.time('dtm'), fields.time('stm')]
  return exact === undefined ? { timestamp: created, sentAt: sent } : { timestamp: exact, sentAt: undefined }
}

/**
 * The first-party id of the site's own cookie; of a mobile app its device's, which stands in the session; else the network's,
 * the one that a server overrides it with before the collector's own.
 */
function visitorOf(fields: Fields, carried: readonly SelfDescribing[]): string | undefined {
  const session = carried.find(({ name }) => name === 'client_session')?.data.userId
  const [own, override, network] = [fields.id('duid'), fields.id('tnuid'), fields.id('nuid')]
  return own ?? (typeof session === 'string' && session !== '' ? session : undefined) ?? override ?? network
}

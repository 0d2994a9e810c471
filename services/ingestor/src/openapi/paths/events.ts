import { EVENT_TYPES, type EventType } from '@hotlead/beacon'
import { idOf, type Operation, type Paths, type Schema, type Security } from '../operation.ts'
import { OPT_OUT } from '../optOut.ts'
import { json, refusals } from '../responses.ts'
import { nameOf, ref } from '../schemas.ts'
import { KEY, KEY_OR_BODY, OPEN } from '../security.ts'

/** Of a lead that comes to be known: what an example of each type says. */
const EXAMPLES: Record<EventType, object> = {
  track: { anonymousId: 'ann', event: 'Form Submitted', properties: { email: 'ann@example.com' } },
  page: {
    anonymousId: 'ann',
    name: 'Pricing',
    context: { page: { url: 'https://www.example.com/pricing' } },
  },
  screen: { anonymousId: 'ann', name: 'Plans' },
  identify: { anonymousId: 'ann', userId: 'u-1', traits: { email: 'ann@example.com' } },
  group: { userId: 'u-1', groupId: 'acme', traits: { industry: 'steel' } },
  alias: { previousId: 'ann', userId: 'u-1' },
}
const BATCH = { batch: EVENT_TYPES.map(type => ({ type, ...EXAMPLES[type] })) }

const LETTERS: Record<EventType, string> = {
  track: 't',
  page: 'p',
  screen: 's',
  identify: 'i',
  group: 'g',
  alias: 'a',
}

const SOMEBODY =
  'One of anonymousId, userId or an e-mail address (properties.email, traits.email, context.traits.email) must name somebody. JSON under any content type, gzip by its header or its first bytes; at most 32 KB.'
const SEVERAL =
  'A bad event goes to dead-letter with its reason, and the others are taken: at most 5,000 events and 500 KB, and 32 KB of context for all of them, which may come to 8 MB over its events.'

interface Sent {
  tag: string
  summary: string
  description: string
  schema: Schema
  example: object
  taken: Schema
  security: Security
}

function post(path: string, sent: Sent): Paths {
  const operation: Operation = {
    operationId: idOf('post', path),
    summary: sent.summary,
    description: sent.description,
    tags: [sent.tag],
    parameters: [...OPT_OUT],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: sent.schema, example: sent.example } },
    },
    security: sent.security,
    responses: {
      200: json('Every event is in the log, or on the disk on its way there', sent.taken),
      ...refusals(401, 413, 429),
    },
  }
  return { [path]: { post: operation } }
}

function merged(all: readonly Paths[]): Paths {
  return Object.assign({}, ...all)
}

/** Segment's HTTP API, by long names and by one letter, and RudderStack's batches by sendBeacon. */
export function segmentPaths(): Paths {
  const shared = { tag: 'Segment', taken: ref('Success'), security: KEY_OR_BODY }
  const keyed = (schema: Schema): Schema => ({
    allOf: [schema],
    type: 'object',
    properties: { writeKey: { type: 'string', description: 'Where neither header nor query has it' } },
  })
  const single = EVENT_TYPES.flatMap(type =>
    [type, LETTERS[type]].map(name =>
      post(`/v1/${name}`, {
        ...shared,
        summary: name === type ? `One ${type}` : `One ${type}, as Segment’s browser SDK sends it`,
        description: SOMEBODY,
        schema: keyed(ref(nameOf(type))),
        example: EXAMPLES[type],
      }),
    ),
  )
  const batches = [
    ['/v1/batch', 'Several events'],
    ['/v1/b', 'Several events, as Segment’s browser SDK sends them'],
    ['/beacon/v1/batch', 'Several events, as RudderStack’s SDK sends them by sendBeacon'],
  ] as const
  const several = batches.map(([path, summary]) =>
    post(path, { ...shared, summary, description: SEVERAL, schema: ref('Batch'), example: BATCH }),
  )
  return merged([...single, ...several, { '/v1/m': { post: OWN_METRICS } }])
}

const OWN_METRICS: Operation = {
  operationId: idOf('post', '/v1/m'),
  summary: 'Metrics of Segment’s browser SDK about itself: taken and not looked at',
  tags: ['Segment'],
  requestBody: { required: true, content: { 'application/json': { schema: ref('Anything') } } },
  security: OPEN,
  responses: { 200: json('Always', ref('Success')), ...refusals() },
}

/** Jitsu's event API, of browsers and of servers. */
export function jitsuPaths(): Paths {
  const shared = { tag: 'Jitsu', taken: ref('JitsuTaken'), security: KEY }
  const all = ['/api/s', '/api/s/s2s'].flatMap(base => [
    ...EVENT_TYPES.flatMap(type =>
      [type, LETTERS[type]].map(name =>
        post(`${base}/${name}`, {
          ...shared,
          summary: `One ${type}`,
          description: SOMEBODY,
          schema: ref(nameOf(type)),
          example: EXAMPLES[type],
        }),
      ),
    ),
    ...['event', 'e'].map(name =>
      post(`${base}/${name}`, {
        ...shared,
        summary: 'One event that says its type',
        description: SOMEBODY,
        schema: ref('Event'),
        example: { type: 'track', ...EXAMPLES.track },
      }),
    ),
  ])
  const batch = post('/api/s/s2s/batch', {
    ...shared,
    summary: 'Several events',
    description: SEVERAL,
    schema: ref('Batch'),
    example: BATCH,
    taken: ref('JitsuBatchTaken'),
    security: KEY_OR_BODY,
  })
  return merged([...all, batch])
}

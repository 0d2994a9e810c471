import { type Answer, idOf, type Operation, type Paths } from '../operation.ts'
import { OPT_OUT } from '../optOut.ts'
import { gif, RESPONSES, refusals, text } from '../responses.ts'
import { ref } from '../schemas.ts'
import { KEY_OR_BODY } from '../security.ts'

const WORDS = [
  'e',
  'aid',
  'eid',
  'duid',
  'uid',
  'dtm',
  'stm',
  'ttm',
  'url',
  'page',
  'refr',
  'ue_pr',
  'ue_px',
  'co',
  'cx',
]
const ABOUT =
  'Events in the words of Snowplow’s tracker protocol; `aid` is the write key where nothing else names one. What cannot be read goes to dead-letter and is answered 200, since a tracker would send it for ever; for the same reason 400 stands for 413.'

/** The collector of Snowplow's trackers. @param postPaths that they post to */
export function snowplowPaths(postPaths: readonly string[]): Paths {
  const posts = postPaths.map(path => [path, { post: posted(path) }])
  return { ...Object.fromEntries(posts), '/i': { get: linked } }
}

function posted(path: string): Operation {
  return {
    operationId: idOf('post', path),
    summary: 'Events of Snowplow’s trackers',
    description: ABOUT,
    tags: ['Snowplow'],
    parameters: [...OPT_OUT],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: ref('SnowplowEvents'),
          example: { data: [{ e: 'pv', duid: 'ann', url: 'https://www.example.com/pricing' }] },
        },
      },
    },
    security: KEY_OR_BODY,
    responses: { 200: text('`ok`'), ...refusals(401, 429) },
  }
}

/** The image, whatever the status. */
function shown(status: keyof typeof RESPONSES): Answer {
  return { ...RESPONSES[status], content: gif('').content }
}

/** The same; but what this route never sees is refused in JSON. */
function shownOrTold(status: keyof typeof RESPONSES): Answer {
  return { ...RESPONSES[status], content: { ...gif('').content, ...RESPONSES[status].content } }
}

const linked: Operation = {
  operationId: idOf('get', '/i'),
  summary: 'One event of a Snowplow tracker, as the query of an image',
  description: ABOUT,
  tags: ['Snowplow'],
  parameters: [
    ...WORDS.map(name => ({ name, in: 'query' as const, schema: { type: 'string' } })),
    ...OPT_OUT,
  ],
  security: KEY_OR_BODY,
  responses: {
    ...refusals(),
    200: gif('A transparent GIF of one pixel'),
    400: shownOrTold(400),
    401: shown(401),
    429: shown(429),
    500: shown(500),
    503: shownOrTold(503),
  },
}

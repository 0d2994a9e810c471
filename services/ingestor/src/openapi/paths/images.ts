import { type EventType, MESSAGES } from '@hotlead/beacon'
import { idOf, type Operation, type Parameter, type Paths } from '../operation.ts'
import { OPT_OUT } from '../optOut.ts'
import { gif, refusals } from '../responses.ts'
import { nameOf, SCHEMAS } from '../schemas.ts'
import { KEY_OR_BODY } from '../security.ts'

/** RudderStack's Pixel API. */
export function pixelPaths(): Paths {
  return Object.fromEntries(
    (['track', 'page'] as const).map(type => [`/pixel/v1/${type}`, { get: pixel(type) }]),
  )
}

function pixel(type: EventType & ('track' | 'page')): Operation {
  return {
    operationId: idOf('get', `/pixel/v1/${type}`),
    summary: `One ${type}, as the query of an image`,
    description:
      'Deeper names by dots: `properties.plan=pro&context.page.url=…`. Answered with the image whatever comes of it, since an image cannot come again: what is no event goes to dead-letter, what has no key nowhere. No secret keys.',
    tags: ['RudderStack'],
    parameters: [...textsOf(type), ...OPT_OUT],
    security: KEY_OR_BODY,
    responses: { 200: gif('A transparent GIF of one pixel'), ...refusals() },
  }
}

/** What is text in an event of our own shape; of a query everything is. */
function textsOf(type: EventType): Parameter[] {
  const { properties } = SCHEMAS[nameOf(type)] as { properties: Record<string, { type?: unknown }> }
  return Object.keys(MESSAGES[type].shape)
    .filter(name => ![properties[name]?.type].flat().includes('object'))
    .map(name => ({ name, in: 'query', schema: { type: 'string' } }))
}

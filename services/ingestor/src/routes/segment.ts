import { BATCH, type Format, SINGLE } from '@hotlead/beacon'
import { answerTaken, success } from '../answers.ts'
import type { Edge, Request } from './edge.ts'

/** Segment's paths, and the one-letter ones of its browser SDK. */
const PATHS: Record<string, Format> = {
  '/v1/track': SINGLE.track,
  '/v1/t': SINGLE.track,
  '/v1/page': SINGLE.page,
  '/v1/p': SINGLE.page,
  '/v1/screen': SINGLE.screen,
  '/v1/s': SINGLE.screen,
  '/v1/identify': SINGLE.identify,
  '/v1/i': SINGLE.identify,
  '/v1/group': SINGLE.group,
  '/v1/g': SINGLE.group,
  '/v1/alias': SINGLE.alias,
  '/v1/a': SINGLE.alias,
  '/v1/batch': BATCH,
  '/v1/b': BATCH,
}

/** Segment's HTTP API, which RudderStack's server SDKs speak too. */
export function segment({ app, take }: Edge): void {
  for (const [path, format] of Object.entries(PATHS))
    app.post(path, async (request: Request, reply) => answerTaken(reply, await take(request, format)))
  // The browser SDK's own metrics.
  app.post('/v1/m', (_request, reply) => success(reply))
}

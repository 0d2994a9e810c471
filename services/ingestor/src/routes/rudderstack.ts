import { BATCH, PIXEL } from '@hotlead/beacon'
import { answerTaken } from '../answers.ts'
import type { Edge, Request } from './edge.ts'
import { pixel } from './pixel.ts'

/**
 * What RudderStack's gateway has beside Segment's paths, which its SDKs use too: batches by sendBeacon, which can name the
 * key in the query only, and its Pixel API.
 */
export function rudderstack(edge: Edge): void {
  edge.app.post('/beacon/v1/batch', async (request: Request, reply) =>
    answerTaken(reply, await edge.take(request, BATCH)),
  )
  pixel(edge, '/pixel/v1/track', PIXEL.track)
  pixel(edge, '/pixel/v1/page', PIXEL.page)
}

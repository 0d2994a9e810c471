import type { Format } from '@hotlead/beacon'
import type { FastifyReply } from 'fastify'
import type { Edge, Request } from './edge.ts'

/** A transparent GIF of one pixel, GIF89a. */
const GIF = Buffer.from(
  '47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b',
  'hex',
)

/** Each load must come to us. Gmail's proxy listens to no-cache with max-age=0, and not to no-store. */
export const NOT_KEPT = 'private, no-store, no-cache, max-age=0'

/** The image that any request for one is answered with: each time anew, on whatever page. */
export function image(reply: FastifyReply): FastifyReply {
  return reply
    .header('content-type', 'image/gif')
    .header('cache-control', NOT_KEPT)
    .header('cross-origin-resource-policy', 'cross-origin')
    .send(GIF)
}

/**
 * A route for images, whose query is the event. Whoever loads one reads no answer and cannot come again, so it is answered
 * 200 with the image in every case: refused, with Kafka away, or after a fault of ours. Metrics and the log tell.
 */
export function pixel({ app, take, failed }: Edge, path: string, format: Format): void {
  // Scanners of mails ask for the head of what is linked: that would be an event.
  app.get(path, { exposeHeadRoute: false }, async (request: Request, reply) => {
    try {
      await take(request, format, { body: queryOf(request), isPublic: true })
    } catch (error) {
      failed(error as Error)
    }
    return image(reply)
  })
}

/** The query's own bytes but for the key, which must not get into a dead letter. */
export function queryOf({ url }: Request): Buffer {
  const start = url.indexOf('?')
  const pairs = start < 0 ? [] : url.slice(start + 1).split('&')
  return Buffer.from(pairs.filter(pair => !/^writeKey(=|$)/.test(pair)).join('&'))
}

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Sources } from './sources.ts'

/**
 * Headers that a page's SDK may send. One that is missing here costs events: the browser then refuses the request before
 * it is made, and the SDK takes that for a network that is down.
 */
const HEADERS = [
  // Every SDK.
  'authorization',
  'content-type',
  'x-write-key',
  // Segment's, when it sends again.
  'x-retry-count',
  // RudderStack's (@rudderstack/analytics-js 3.34.1): with every request, and when it sends again.
  'anonymousid',
  'sentat',
  'rsa-recovered',
  'rsa-retry-attempt',
  'rsa-retry-reason',
  'rsa-since-first-attempt',
  'rsa-since-last-attempt',
  // Jitsu's (@jitsu/js 1.11.0): its `debug`, and its `privacy.ipPolicy`.
  'x-enable-debug',
  'x-ip-policy',
  // Snowplow's, of who tracks anonymously.
  'sp-anonymous',
]

const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': HEADERS.join(', '),
  // A day: browsers keep it for two hours (Chromium) to a day (Firefox) at most.
  'access-control-max-age': '86400',
}

/** Tells pages of known origins that they may send here and read the answer. Every answer differs by Origin, and says so. */
export function cors(app: FastifyInstance, sources: Sources): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('vary', 'Origin')
    const { origin } = request.headers
    if (origin !== undefined && sources.knowsOrigin(origin)) {
      reply.header('access-control-allow-origin', origin)
      // Else a page cannot see when it should come again.
      reply.header('access-control-expose-headers', 'retry-after')
    }
    done()
  })
  app.options('/*', preflight)
}

/** What a page of another origin may send. Whether its origin may send at all, its key says. */
export function preflight(_request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(204).headers(PREFLIGHT).send()
}

import { trackerScript as script } from '@hotlead/tracker'
import type { FastifyInstance } from 'fastify'

/** The browser script of packages/tracker. */
export function trackerScript(app: FastifyInstance): void {
  const text = script()
  app.get('/tracker.js', (_request, reply) =>
    reply
      .header('content-type', 'text/javascript; charset=utf-8')
      // An hour: a fix reaches pages the same day, and a visit loads it once.
      .header('cache-control', 'public, max-age=3600')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(text),
  )
}

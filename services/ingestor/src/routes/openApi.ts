import type { FastifyInstance } from 'fastify'
import { openApi } from '../openapi/document.ts'

/** The edge's own description, made once. @param snowplow paths that Snowplow's trackers post to */
export function openApiDocument(app: FastifyInstance, snowplow: readonly string[]): void {
  const text = JSON.stringify(openApi(snowplow))
  app.get('/openapi.json', (_request, reply) =>
    reply
      .header('content-type', 'application/json; charset=utf-8')
      // Five minutes: another version of the edge has another one.
      .header('cache-control', 'public, max-age=300')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(text),
  )
}

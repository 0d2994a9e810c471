import { refuse } from '@hotlead/beacon'
import type { FastifyInstance } from 'fastify'
import { answer } from './answers.ts'

/**
 * Requests that come over a kept connection while we leave are answered 503, which SDKs send again. Fastify would do so by
 * itself, but without Retry-After, in a shape of its own, and so that no page may read it.
 */
export function leaving(app: FastifyInstance): void {
  let isLeaving = false
  app.addHook('preClose', done => {
    isLeaving = true
    done()
  })
  app.addHook('onRequest', (_request, reply, done) => {
    if (isLeaving) answer(reply, refuse(503, 'unavailable', 'this server is leaving: send this again later'))
    else done()
  })
}

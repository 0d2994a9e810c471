import { MAX_ID_CHARS, MAX_SOCKET_BYTES, type Reason, refuse } from '@hotlead/beacon'
import type { Registry } from '@hotlead/service'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import { answer } from './answers.ts'
import { clientError, MAX_HEAD_BYTES } from './clientError.ts'
import { cors } from './cors.ts'
import { leaving } from './leaving.ts'
import { methodsOf } from './methods.ts'
import type { pipeline } from './pipeline.ts'
import { BodyBudget, readBody } from './readBody.ts'
import { edge } from './routes/edge.ts'
import { health } from './routes/health.ts'
import { jitsu } from './routes/jitsu.ts'
import { isMailPath, type MailOptions, mail, noSuchMail } from './routes/mail.ts'
import { openApiDocument } from './routes/openApi.ts'
import { rudderstack } from './routes/rudderstack.ts'
import { type SalesOptions, sales } from './routes/sales.ts'
import { segment } from './routes/segment.ts'
import { postPathsOf, snowplow } from './routes/snowplow.ts'
import { trackerScript } from './routes/trackerScript.ts'
import { type WebhookOptions, webhooks } from './routes/webhooks.ts'
import type { Sources } from './sources.ts'

export interface ServerOptions extends SalesOptions, MailOptions, Omit<WebhookOptions, 'sender'> {
  sources: Sources
  ingest: ReturnType<typeof pipeline>
  ready(): Promise<string | undefined>
  registry: Registry
  trustProxy: number
  bodyBytes: number
  /** Of Snowplow's trackers, beside their own. */
  snowplowPaths?: readonly string[]
  refused(reason: Reason): void
  /** A fault of ours under a request. */
  failed(error: Error): void
}

type Fault = Error & { statusCode?: number | undefined }

export function server(options: ServerOptions): FastifyInstance {
  const { sources } = options
  const budget = new BodyBudget(options.bodyBytes)
  const app = fastify({
    // Fastify counts hops from the connection outwards.
    trustProxy: options.trustProxy > 0 ? (_address, hop) => hop < options.trustProxy : false,
    // Longer than Node's 5 s, so that a load balancer's idle connections are closed by it and not under a request.
    keepAliveTimeout: 72_000,
    // A client that sends its body drop by drop holds no memory for longer.
    requestTimeout: 30_000,
    // Looked at every 5 s: by Node's own 30 s it would be a minute.
    http: { connectionsCheckingInterval: 5_000, maxHeaderSize: MAX_HEAD_BYTES },
    bodyLimit: MAX_SOCKET_BYTES,
    clientErrorHandler: clientError(options.refused),
    // A lead in a path is an address or an id, each of its characters as up to twelve (UTF-8, percent-encoded).
    routerOptions: { maxParamLength: 12 * (MAX_ID_CHARS + 2) },
    // `leaving` answers those.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Before routing: a path that cannot be decoded, say. A token with a percent sign in it is as wrong as any other.
    frameworkErrors: (error, request, reply) =>
      isMailPath(request.url) ? noSuchMail(reply as FastifyReply) : fault(error, reply as FastifyReply),
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', ({ headers }, payload, done) => {
    readBody(payload, Number(headers['content-length'] ?? 0), budget).then(body => done(null, body), done)
  })

  const methods = methodsOf(app)
  cors(app, sources)
  leaving(app)

  const routes = edge(app, options.ingest, options)
  segment(routes)
  rudderstack(routes)
  jitsu(routes)
  const snowplowPaths = postPathsOf(options.snowplowPaths ?? [])
  snowplow(routes, snowplowPaths)
  sales(routes, options)
  mail(routes, options)
  webhooks(routes, { sender: name => sources.sender(name), log: options.log })
  trackerScript(app)
  openApiDocument(app, snowplowPaths)
  health(app, options)

  app.setErrorHandler((error: Fault, _request, reply) => fault(error, reply))
  app.setNotFoundHandler((request, reply) => {
    const path = (request.url.split('?', 1)[0] ?? '').slice(0, 200)
    const others = methods(path)
    if (others.length > 0)
      return answer(
        reply.header('allow', others.join(', ')),
        refuse(405, 'not_found', `${request.method} ${path}: this path takes ${others[0]}`),
      )
    return answer(reply, refuse(404, 'not_found', `${request.method} ${path}: there is no such route`))
  })

  // SDKs send again after a 500: what a fault is about must be in our log, and nothing of it in the answer.
  function fault(error: Fault, reply: FastifyReply) {
    if (error.statusCode !== undefined && error.statusCode < 500)
      return routes.refuse(reply, refuse(400, 'malformed', `request: ${error.message.slice(0, 200)}`))
    options.failed(error)
    return routes.refuse(reply, refuse(500, 'internal', 'the request met a fault of ours: it is in our log'))
  }
  return app
}

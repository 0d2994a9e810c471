import {
  type Beacon,
  type DeadLetter,
  MAX_ID_CHARS,
  MAX_SOCKET_BYTES,
  type Outcome,
  type Reason,
  type Refused,
  refuse,
} from '@hotlead/beacon'
import { healthAnswer, type Registry } from '@hotlead/service'
import { trackerScript } from '@hotlead/tracker'
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify'
import type { followUps } from './followUp.ts'
import { keyOfRequest } from './keyOfRequest.ts'
import type { outcomes } from './outcomes.ts'
import type { pipeline } from './pipeline.ts'
import { type Body, BodyBudget, readBody } from './readBody.ts'
import type { Sources } from './sources.ts'
import type { TellingRequest } from './telling.ts'

/** Segment's paths, and the one-letter ones of its browser SDK. */
const PATHS = {
  '/v1/track': 'track',
  '/v1/t': 'track',
  '/v1/page': 'page',
  '/v1/p': 'page',
  '/v1/screen': 'screen',
  '/v1/s': 'screen',
  '/v1/identify': 'identify',
  '/v1/i': 'identify',
  '/v1/group': 'group',
  '/v1/g': 'group',
  '/v1/alias': 'alias',
  '/v1/a': 'alias',
  '/v1/batch': 'batch',
  '/v1/b': 'batch',
} as const satisfies Record<string, Beacon['type']>

/** Seconds after which a refused client should come again: about what a broker's restart takes. */
const RETRY_AFTER = '5'
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers':
    'authorization, content-type, x-write-key, x-retry-count, anonymousid, sentat',
  'access-control-max-age': '86400',
}

export interface ServerOptions {
  sources: Sources
  ingest: ReturnType<typeof pipeline>
  followUp: ReturnType<typeof followUps>
  outcome: ReturnType<typeof outcomes>
  ready(): Promise<string | undefined>
  registry: Registry
  trustProxy: number
  bodyBytes: number
  refused(reason: Reason): void
  /** A fault of ours under a request. */
  failed(error: Error): void
}

type Fault = Error & { statusCode?: number | undefined }
type Request = FastifyRequest<{ Body: Body | undefined }>

export function server(options: ServerOptions): FastifyInstance {
  const { sources, ingest, followUp, outcome, ready, registry, refused } = options
  const budget = new BodyBudget(options.bodyBytes)
  const app = fastify({
    // Fastify counts hops from the connection outwards.
    trustProxy: options.trustProxy > 0 ? (_address, hop) => hop < options.trustProxy : false,
    // Longer than Node's 5 s, so that a load balancer's idle connections are closed by it and not under a request.
    keepAliveTimeout: 72_000,
    // A client that sends its body drop by drop holds no memory for longer.
    requestTimeout: 30_000,
    bodyLimit: MAX_SOCKET_BYTES,
    // A lead in a path is an address or an id, each of its characters as up to twelve (UTF-8, percent-encoded).
    routerOptions: { maxParamLength: 12 * (MAX_ID_CHARS + 2) },
    // Requests that come over a kept connection while we leave are answered 503, which SDKs retry.
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    // Before routing: a path that cannot be decoded, say.
    frameworkErrors: (error, _request, reply) => fault(error, reply as FastifyReply),
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => {
    readBody(payload, budget).then(body => done(null, body), done)
  })

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
  app.options('/*', (_request, reply) => reply.code(204).headers(PREFLIGHT).send())

  for (const [path, type] of Object.entries(PATHS)) {
    app.post(path, async (request: Request, reply) => {
      const body = bodyOf(request.body)
      if (body.kind !== 'ok') return refusedBody(reply, body)
      const { headers } = request
      const outcome = await ingest({
        type,
        key: keyOfRequest(headers, request.query as Record<string, unknown>),
        origin: headers.origin,
        userAgent: headers['user-agent'],
        address: request.ip,
        encoding: headers['content-encoding'],
        body: body.value,
        receivedAt: Date.now(),
      })
      return outcome.kind === 'ok' ? success(reply, outcome.value.buried) : answer(reply, outcome)
    })
  }
  // The Segment browser SDK's own metrics.
  app.post('/v1/m', (_request, reply) => success(reply))

  app.post('/v1/leads/:id/follow-ups', (request: Request, reply) =>
    told(request, reply, telling => followUp({ ...telling, lead: (request.params as { id: string }).id })),
  )
  app.post('/v1/outcomes', (request: Request, reply) => told(request, reply, outcome))

  const script = trackerScript()
  app.get('/tracker.js', (_request, reply) =>
    reply
      .header('content-type', 'text/javascript; charset=utf-8')
      // An hour: a fix reaches pages the same day, and a visit loads it once.
      .header('cache-control', 'public, max-age=3600')
      .header('cross-origin-resource-policy', 'cross-origin')
      .send(script),
  )
  for (const path of ['/livez', '/readyz', '/metrics'] as const) {
    app.get(path, async (_request, reply) => {
      const health = await healthAnswer(path, ready, registry)
      return reply
        .code(health?.status ?? 404)
        .type(health?.type ?? 'text/plain')
        .send(health?.body)
    })
  }

  app.setErrorHandler((error: Fault, _request, reply) => fault(error, reply))
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]?.slice(0, 200)
    return answer(reply, refuse(404, 'not_found', `${request.method} ${path}: there is no such route`))
  })

  /** What sales tells, and under which id it is in the log. */
  async function told(
    request: Request,
    reply: FastifyReply,
    tell: (telling: TellingRequest) => Promise<Outcome<object>>,
  ) {
    const body = bodyOf(request.body)
    if (body.kind !== 'ok') return refusedBody(reply, body)
    const said = await tell({
      key: keyOfRequest(request.headers, request.query as Record<string, unknown>),
      origin: request.headers.origin,
      body: body.value,
      receivedAt: Date.now(),
    })
    return said.kind === 'ok' ? reply.send({ success: true, ...said.value }) : refusedBody(reply, said)
  }
  // SDKs send again after a 500: what a fault is about must be in our log, and nothing of it in the answer.
  function fault(error: Fault, reply: FastifyReply) {
    if (error.statusCode !== undefined && error.statusCode < 500)
      return refusedBody(reply, refuse(400, 'malformed', `request: ${error.message.slice(0, 200)}`))
    options.failed(error)
    return refusedBody(reply, refuse(500, 'internal', 'the request met a fault of ours: it is in our log'))
  }
  function refusedBody(reply: FastifyReply, outcome: Refused | DeadLetter) {
    refused(outcome.reason)
    return answer(reply, outcome)
  }
  return app
}

/** What SDKs expect, and, where some events went to dead-letter instead, how many. */
function success(reply: FastifyReply, deadLettered = 0) {
  const body = deadLettered === 0 ? '{"success":true}' : `{"success":true,"deadLettered":${deadLettered}}`
  return reply.header('content-type', 'application/json; charset=utf-8').send(body)
}

function answer(reply: FastifyReply, outcome: Refused | DeadLetter) {
  const status = outcome.kind === 'refuse' ? outcome.status : 400
  if (status === 503) reply.header('retry-after', RETRY_AFTER)
  if (outcome.kind === 'refuse' && outcome.retryAfter !== undefined)
    reply.header('retry-after', String(outcome.retryAfter))
  if (status === 413) reply.header('connection', 'close')
  if (outcome.reason === 'origin') reply.removeHeader('access-control-allow-origin')
  return reply.code(status).send({ success: false, error: outcome.reason, problems: outcome.problems })
}

function bodyOf(body: Body | undefined): Outcome<Buffer> {
  switch (body?.kind) {
    case 'body':
      return { kind: 'ok', value: body.bytes }
    case 'too_large':
      return refuse(413, 'socket_limit', `body: more than ${MAX_SOCKET_BYTES} bytes are not read`)
    case 'no_room':
      return refuse(503, 'overloaded', 'too many bodies are being read: send this again later')
    case 'cut':
      return refuse(400, 'malformed', 'body: ended early')
    default:
      return { kind: 'ok', value: Buffer.alloc(0) }
  }
}

import { type DeadLetter, MAX_SOCKET_BYTES, type Outcome, type Refused, refuse } from '@hotlead/beacon'
import type { FastifyReply } from 'fastify'
import type { Taken } from './pipeline.ts'
import type { Body } from './readBody.ts'

/** Seconds after which a refused client should come again: about what a broker's restart takes. */
const RETRY_AFTER = '5'

/** What SDKs expect, and, where some events went to dead-letter instead, how many. */
export function success(reply: FastifyReply, deadLettered = 0) {
  const body = deadLettered === 0 ? '{"success":true}' : `{"success":true,"deadLettered":${deadLettered}}`
  return reply.header('content-type', 'application/json; charset=utf-8').send(body)
}

export function answer(reply: FastifyReply, outcome: Refused | DeadLetter) {
  return refusal(reply, outcome).send({ success: false, error: outcome.reason, problems: outcome.problems })
}

/** Status and headers of an answer; its body is up to the route. */
export function refusal(reply: FastifyReply, outcome: Refused | DeadLetter) {
  const status = outcome.kind === 'refuse' ? outcome.status : 400
  if (status === 503) reply.header('retry-after', RETRY_AFTER)
  if (outcome.kind === 'refuse' && outcome.retryAfter !== undefined)
    reply.header('retry-after', String(outcome.retryAfter))
  if (status === 413) reply.header('connection', 'close')
  if (outcome.reason === 'origin') reply.removeHeader('access-control-allow-origin')
  return reply.code(status)
}

/** What Segment's clients, and others that speak as they do, are told of a request with events. */
export function answerTaken(reply: FastifyReply, outcome: Outcome<Taken>) {
  return outcome.kind === 'ok' ? success(reply, outcome.value.buried) : answer(reply, outcome)
}

/** The bytes of a body, or why there are none. */
export function bodyOf(body: Body | undefined): Outcome<Buffer> {
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

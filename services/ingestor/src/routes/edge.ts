import type { DeadLetter, Format, Outcome, Reason, Refused, Source } from '@hotlead/beacon'
import type { Subject } from '@hotlead/contracts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { answer, bodyOf } from '../answers.ts'
import { keyOfRequest } from '../keyOfRequest.ts'
import type { pipeline, Taken } from '../pipeline.ts'
import type { Body } from '../readBody.ts'

export type Request = FastifyRequest<{ Body: Body | undefined }>

/** What the routes share: the way of a request with events, and of one that is refused. */
export interface Edge {
  readonly app: FastifyInstance
  /** The request's body as a beacon of this format, through the pipeline, refusals counted. */
  take(request: Request, format: Format, more?: Arrival): Promise<Outcome<Taken>>
  /** An answer to what never became a beacon, counted. */
  refuse(reply: FastifyReply, outcome: Refused | DeadLetter): FastifyReply
  /** A fault of ours under a request that is answered all the same: logged and counted. */
  failed(error: Error): void
}

/** What a route knows better than the request's own head. */
export interface Arrival {
  /** Who sends, where a signature says so: no key is looked for then. */
  source?: Source
  /** Whom it is about, where a signature says so. */
  lead?: Subject
  /** In the place of a body: a query, say. */
  body?: Buffer
  /** It comes by a link that anyone can read, so no secret key may come with it. */
  isPublic?: boolean
  /** In the place of the connection's; empty: nobody may keep it. */
  address?: string
}

/**
 * Whether a header that asks not to be tracked says 1. Of GPC it is all that there is; DNT may have extensions behind it.
 * https://www.w3.org/TR/gpc/#the-sec-gpc-header-field-for-http-requests https://www.w3.org/TR/tracking-dnt/#dnt-header-field
 */
function isOne(value: string | string[] | undefined): boolean {
  return String(value ?? '')
    .trimStart()
    .startsWith('1')
}

export function edge(
  app: FastifyInstance,
  ingest: ReturnType<typeof pipeline>,
  { refused, failed }: { refused(reason: Reason): void; failed(error: Error): void },
): Edge {
  return {
    app,
    async take(request, format, more = {}) {
      const body = bodyOf(more.body ? { kind: 'body', bytes: more.body } : request.body)
      if (body.kind !== 'ok') {
        refused(body.reason)
        return body
      }
      const { headers } = request
      const { source, lead } = more
      return ingest({
        format,
        ...(source
          ? { key: undefined, source }
          : keyOfRequest(headers, request.query as Record<string, unknown>)),
        ...(lead !== undefined && { lead }),
        origin: headers.origin,
        userAgent: headers['user-agent'],
        address: more.address ?? request.ip,
        gpc: isOne(headers['sec-gpc']),
        dnt: isOne(headers.dnt),
        // Of the request's own body only.
        encoding: more.body ? undefined : headers['content-encoding'],
        body: body.value,
        receivedAt: Date.now(),
        isPublic: more.isPublic ?? false,
      })
    },
    refuse(reply, outcome) {
      refused(outcome.reason)
      return answer(reply, outcome)
    },
    failed(error) {
      failed(error)
      refused('internal')
    },
  }
}

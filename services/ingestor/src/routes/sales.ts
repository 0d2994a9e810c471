import type { Outcome } from '@hotlead/beacon'
import type { FastifyReply } from 'fastify'
import { bodyOf } from '../answers.ts'
import type { followUps } from '../followUp.ts'
import { keyOfRequest } from '../keyOfRequest.ts'
import type { outcomes } from '../outcomes.ts'
import type { TellingRequest } from '../telling.ts'
import type { Edge, Request } from './edge.ts'

export interface SalesOptions {
  followUp: ReturnType<typeof followUps>
  outcome: ReturnType<typeof outcomes>
}

/** What sales tells of a lead, and under which id it is in the log. */
export function sales({ app, refuse }: Edge, { followUp, outcome }: SalesOptions): void {
  app.post('/v1/leads/:id/follow-ups', (request: Request, reply) =>
    told(request, reply, telling => followUp({ ...telling, lead: (request.params as { id: string }).id })),
  )
  app.post('/v1/outcomes', (request: Request, reply) => told(request, reply, outcome))

  async function told(
    request: Request,
    reply: FastifyReply,
    tell: (telling: TellingRequest) => Promise<Outcome<object>>,
  ) {
    const body = bodyOf(request.body)
    if (body.kind !== 'ok') return refuse(reply, body)
    const said = await tell({
      ...keyOfRequest(request.headers, request.query as Record<string, unknown>),
      origin: request.headers.origin,
      body: body.value,
      receivedAt: Date.now(),
    })
    return said.kind === 'ok' ? reply.send({ success: true, ...said.value }) : refuse(reply, said)
  }
}

import type { Outcome } from '@hotlead/beacon'
import type { FastifyReply } from 'fastify'
import { bodyOf } from '../answers.ts'
import type { followUps } from '../followUp.ts'
import type { forgetting } from '../forget.ts'
import { keyOfRequest } from '../keyOfRequest.ts'
import type { outcomes } from '../outcomes.ts'
import type { TellingRequest } from '../telling.ts'
import type { Edge, Request } from './edge.ts'

export interface SalesOptions {
  followUp: ReturnType<typeof followUps>
  outcome: ReturnType<typeof outcomes>
  forget: ReturnType<typeof forgetting>
}

/** What sales tells of a lead, and under which id it is in the log; and that a lead is to be forgotten. */
export function sales({ app, refuse }: Edge, { followUp, outcome, forget }: SalesOptions): void {
  app.post('/v1/leads/:id/follow-ups', (request: Request, reply) =>
    told(request, reply, telling => followUp({ ...telling, lead: (request.params as { id: string }).id })),
  )
  app.post('/v1/outcomes', (request: Request, reply) => told(request, reply, outcome))
  app.delete('/v1/leads/:id', async (request: Request, reply) => {
    const { id: lead } = request.params as { id: string }
    const { lead: of, workspace } = request.query as { lead?: unknown; workspace?: unknown }
    const said = await forget({ ...tellerOf(request), lead, of, workspace })
    return said.kind === 'ok' ? reply.send({ success: true, ...said.value }) : refuse(reply, said)
  })

  async function told(
    request: Request,
    reply: FastifyReply,
    tell: (telling: TellingRequest) => Promise<Outcome<object>>,
  ) {
    const body = bodyOf(request.body)
    if (body.kind !== 'ok') return refuse(reply, body)
    const said = await tell({ ...tellerOf(request), body: body.value })
    return said.kind === 'ok' ? reply.send({ success: true, ...said.value }) : refuse(reply, said)
  }
}

function tellerOf({ headers, query }: Request): Omit<TellingRequest, 'body'> {
  return {
    ...keyOfRequest(headers, query as Record<string, unknown>),
    origin: headers.origin,
    receivedAt: Date.now(),
  }
}

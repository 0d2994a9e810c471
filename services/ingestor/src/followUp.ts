import { LEAD, type Outcome, refuse, subjectOf } from '@hotlead/beacon'
import type { Subject } from '@hotlead/contracts'
import { z } from 'zod'
import { head, note, type TellingOptions, type TellingRequest, telling } from './telling.ts'

const CHANNELS = ['mail', 'phone', 'visit', 'meeting'] as const
const RESULTS = ['continue', 'opportunity', 'archive'] as const
/** The body of a follow-up. */
export const followUp = z.object(
  {
    ...head,
    channel: z.enum(CHANNELS, `must be one of ${CHANNELS.join(', ')}`),
    who: note(255).default(''),
    result: z.enum(RESULTS, `must be one of ${RESULTS.join(', ')}`),
    note: note(4_000).default(''),
  },
  'must be an object',
)

export interface FollowUpRequest extends TellingRequest {
  /** Of the path: an e-mail address, `l:…` or `v:…`. */
  lead: string
}

/** A sales person's touch with a lead: written under the lead's key, and counted by the model's conditions. */
export function followUps(options: TellingOptions) {
  const { teller, said, write } = telling(options, 'follow-up')
  return async function record(request: FollowUpRequest): Promise<Outcome<{ id: string; subject: Subject }>> {
    const source = teller(request)
    if (source.kind !== 'ok') return source
    const subject = subjectOf(options.secret, request.lead)
    if (subject === undefined) return refuse(400, 'no_identity', `lead: must be ${LEAD} in the path`)
    const found = said(followUp, request.body)
    if (found.kind !== 'ok') return found
    const { workspace } = source.value
    const { id: _id, at: _at, ...rest } = found.value
    return write({ workspace, subject, receivedAt: request.receivedAt }, found.value, (id, at) => ({
      kind: 'followUp',
      followUp: { id, at, ...rest },
    }))
  }
}

import { randomUUID } from 'node:crypto'
import { LEAD, type Outcome, ok, refuse, subjectOf } from '@hotlead/beacon'
import { NO_ACTIVITY, type Subject } from '@hotlead/contracts'
import { type TellingOptions, type TellingRequest, telling } from './telling.ts'

export interface ForgetRequest extends Omit<TellingRequest, 'body'> {
  /** Of the path: an e-mail address, `l:…` or `v:…`. */
  lead: string
  /** Of a visitor or user id: the lead that it must be for it to be forgotten, in the same words. */
  of?: unknown
  /** That the key must be of, where it is named: there is no way back. */
  workspace?: unknown
}

/**
 * A lead is to be forgotten: written under its key. What lies in spools was received until now: it is left out when they are
 * sent, and passed over where it is in the log already. So a request overtakes what waits on this ingestor's own disk.
 * @param options with the way to Kafka as its sink: on a disk it would stand behind the very records that it erases
 */
export function forgetting(options: TellingOptions) {
  const { secret, codec } = options
  const { teller, put } = telling(options, 'deletion')
  return async function forget(
    request: ForgetRequest,
  ): Promise<Outcome<{ subject: Subject; until: number }>> {
    const source = teller({ ...request, body: Buffer.alloc(0) })
    if (source.kind !== 'ok') return source
    if (request.workspace !== undefined && request.workspace !== source.value.workspace)
      return refuse(401, 'unauthorized', 'workspace: the key is of another one')
    const subject = subjectOf(secret, request.lead)
    if (subject === undefined) return refuse(400, 'no_identity', `lead: must be ${LEAD} in the path`)
    const of = request.of === undefined ? null : subjectOf(secret, String(request.of))
    if (of === undefined) return refuse(400, 'no_identity', `lead: must be ${LEAD} in the query`)
    const until = request.receivedAt
    const value = codec.encode({
      ...NO_ACTIVITY,
      kind: 'forget',
      forget: { id: randomUUID(), until, lead: of },
    })
    const sent = await put({ workspace: source.value.workspace, subject }, value)
    return sent.kind === 'ok' ? ok({ subject, until }) : sent
  }
}

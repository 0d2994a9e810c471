import { LEAD, type Outcome, subjectOf } from '@hotlead/beacon'
import { OUTCOMES, type Subject } from '@hotlead/contracts'
import { z } from 'zod'
import { head, note, type TellingOptions, type TellingRequest, telling } from './telling.ts'

/** The body of an outcome; its lead becomes the subject by this secret. */
export const outcome = (secret: string) =>
  z.object(
    {
      ...head,
      lead: z.string(`must be ${LEAD}`).transform((lead, ctx): Subject => {
        const subject = subjectOf(secret, lead)
        if (subject !== undefined) return subject
        ctx.addIssue({ code: 'custom', message: `must be ${LEAD}` })
        return z.NEVER
      }),
      outcome: z.enum(OUTCOMES, `must be one of ${OUTCOMES.join(', ')}`),
      value: z.number('must be a number').optional(),
      note: note(4_000).default(''),
    },
    'must be an object',
  )

/**
 * What became of a lead: written under its key and read by `hotlead calibrate`. It is no fact of what the lead did, so no
 * score and no tier changes by it.
 */
export function outcomes(options: TellingOptions) {
  const { teller, said, write } = telling(options, 'outcome')
  const schema = outcome(options.secret)
  return async function record(request: TellingRequest): Promise<Outcome<{ id: string; subject: Subject }>> {
    const source = teller(request)
    if (source.kind !== 'ok') return source
    const found = said(schema, request.body)
    if (found.kind !== 'ok') return found
    const { lead: subject, outcome, value = null, note } = found.value
    return write(
      { workspace: source.value.workspace, subject, receivedAt: request.receivedAt },
      found.value,
      (id, at) => ({ kind: 'outcome', outcome: { id, at, outcome, value, note } }),
    )
  }
}

import { isPlaceholder, leadSubject, type Subject } from '@hotlead/contracts'
import { emailAddress } from './emailAddress.ts'
import { MAX_ID_CHARS } from './limits.ts'

/** What a person may call a lead by, as it follows “must be”. */
export const LEAD = 'an e-mail address, l:… or v:…'

/** The subject that a person means who names a lead; undefined where it is none of `LEAD`. */
export function subjectOf(secret: string, lead: string): Subject | undefined {
  if (/^l:[A-Za-z0-9_-]{22}$/.test(lead)) return lead
  if (/^v:/.test(lead))
    return lead.length <= MAX_ID_CHARS + 2 && !isPlaceholder(lead.slice(2)) ? lead : undefined
  const email = emailAddress(lead)
  return email === null ? undefined : leadSubject(secret, { email })
}

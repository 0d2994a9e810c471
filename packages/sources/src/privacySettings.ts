import { DENIED, deny, isDenied, MAX_DENIED, MISSING, OPT_OUTS, PRIVACY, type Privacy } from '@hotlead/beacon'
import { z } from 'zod'

const ENTRIES = `must be a list of up to ${MAX_DENIED} paths of fields`
const oneOf = <const T extends readonly string[]>(words: T) => z.enum(words, `must be ${words.join(', ')}`)
const CATEGORY = 'must be the name of a category, 1 to 60 characters'

/** What a source does about privacy, in the file of sources under `privacy`: docs/privacy.md. */
export const privacySettings = z
  .strictObject({
    redact: z.array(z.string(DENIED).refine(isDenied, DENIED), ENTRIES).max(MAX_DENIED, ENTRIES).optional(),
    gpc: oneOf(OPT_OUTS).optional(),
    dnt: oneOf(OPT_OUTS).optional(),
    consent: z.string(CATEGORY).min(1, CATEGORY).max(60, CATEGORY).optional(),
    consentMissing: oneOf(MISSING).optional(),
  })
  .refine(p => p.consentMissing === undefined || p.consent !== undefined, {
    message: 'needs consent beside it: the category that is missing',
    path: ['consentMissing'],
  })

/** The policy that settings say; what they do not say is as `PRIVACY` has it. */
export function privacyOf(said: z.output<typeof privacySettings>): Privacy {
  const { redact, gpc = PRIVACY.gpc, dnt = PRIVACY.dnt, consent: category, consentMissing = 'count' } = said
  return {
    deny: redact === undefined ? PRIVACY.deny : deny(redact),
    gpc,
    dnt,
    consent: category === undefined ? undefined : { category, missing: consentMissing },
  }
}

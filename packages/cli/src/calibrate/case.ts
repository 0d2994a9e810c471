import type { Lead } from '@hotlead/contracts'
import type { Millis } from '@hotlead/model'

/** A lead with what became of it, and as it was before that. */
export interface Case {
  subject: string
  good: boolean
  at: Millis
  lead: Lead
}

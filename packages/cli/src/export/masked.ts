import type { Score } from '@hotlead/contracts'
import type { Ownership } from './ownership.ts'

/** A visitor's state without the name of whom else it has been; the lead's own has none. */
export function masked(score: Score, ownership: Ownership): Score {
  const { lead } = score
  if (!lead?.pastWith || ownership.isNow(lead.pastWith)) return score
  return { ...score, lead: { ...lead, pastWith: 'somebody else' } }
}

import { type Identified, type Limit, type Outcome, ok } from '@hotlead/beacon'
import type { IsOver } from '../quota/leadBuckets.ts'

/**
 * Hot keys: what comes over a key's limit is kept like everything, and flagged, so it scores 0: a script that calls itself
 * by one name could else make that lead HOT, or hide behind it. By secret keys come imports and servers that catch up: they
 * are exempt.
 * @param limit undefined: nothing is hot
 */
export function heat(limit: Limit | undefined, isOver: IsOver, count: () => void) {
  return function heat(identified: Identified): Outcome<Identified> {
    if (limit === undefined || identified.admitted.source.secret) return ok(identified)
    if (!isOver(identified, 'events', limit)) return ok(identified)
    count()
    return ok({ ...identified, flags: [...identified.flags, 'hot_key'] })
  }
}

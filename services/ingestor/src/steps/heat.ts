import { type Identified, type Limit, type Outcome, ok } from '@hotlead/beacon'
import { keyBuckets } from '../quota/keyBuckets.ts'

/**
 * Hot keys: what comes over a key's limit is kept like everything, and flagged, so it scores 0: a script that calls itself
 * by one name could else make that lead HOT, or hide behind it. By secret keys come imports and servers that catch up: they
 * are exempt.
 * @param limit undefined: nothing is hot
 */
export function heat(
  limit: Limit | undefined,
  count: () => void,
  now: () => number = () => performance.now(),
) {
  const isOver = limit && keyBuckets(limit, now)
  return function heat(identified: Identified): Outcome<Identified> {
    if (identified.admitted.source.secret || !isOver?.(identified.key)) return ok(identified)
    count()
    return ok({ ...identified, flags: [...identified.flags, 'hot_key'] })
  }
}

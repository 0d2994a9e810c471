import { type Identified, type Limit, type Outcome, ok } from '@hotlead/beacon'
import { keyBuckets } from '../quota/keyBuckets.ts'

/** What is older when it comes was kept by a browser that was offline, and is sent all at once. */
const LIVE_FOR = 60_000

/**
 * Pages that are opened faster than a person does are flagged, and score 0; so the scorer knows that those just before were
 * none of a person's either. By secret keys come imports: they are exempt.
 * @param limit of a lead's or visitor's pages; undefined: nothing is too fast
 */
export function pace(
  limit: Limit | undefined,
  count: () => void,
  now: () => number = () => performance.now(),
) {
  const isOver = limit && keyBuckets(limit, now)
  return function pace(identified: Identified): Outcome<Identified> {
    const { type, at, key, flags, admitted } = identified
    const isLive = (type === 'page' || type === 'screen') && admitted.beacon.receivedAt - at < LIVE_FOR
    if (!isLive || admitted.source.secret || !isOver?.(key)) return ok(identified)
    count()
    return ok({ ...identified, flags: [...flags, 'too_fast'] })
  }
}

import { type Identified, type Limit, type Outcome, ok } from '@hotlead/beacon'
import type { IsOver } from '../quota/leadBuckets.ts'

/** What is older when it comes was kept by a browser that was offline, and is sent all at once. */
const LIVE_FOR = 60_000

/**
 * Pages that are opened faster than a person does are flagged, and score 0; so the scorer knows that those just before were
 * none of a person's either. By secret keys come imports: they are exempt.
 * @param limit of a lead's or visitor's pages; undefined: nothing is too fast
 */
export function pace(limit: Limit | undefined, isOver: IsOver, count: () => void) {
  return function pace(identified: Identified): Outcome<Identified> {
    const { type, at, flags, admitted } = identified
    const isLive = (type === 'page' || type === 'screen') && admitted.beacon.receivedAt - at < LIVE_FOR
    if (limit === undefined || !isLive || admitted.source.secret) return ok(identified)
    if (!isOver(identified, 'pages', limit)) return ok(identified)
    count()
    return ok({ ...identified, flags: [...flags, 'too_fast'] })
  }
}

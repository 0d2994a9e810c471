import type { Identified, Limit } from '@hotlead/beacon'
import { keyOf } from '@hotlead/contracts'
import type { Links } from '../links.ts'
import type { KeyBuckets } from './keyBuckets.ts'

/** Whether an event, or page, is over its limit; it is taken from its buckets either way. */
export type IsOver = (identified: Identified, kind: 'events' | 'pages', limit: Limit) => boolean

/**
 * A visitor that is known to be a lead takes from its own bucket and from the lead's: whoever has many visitors linked to one
 * lead could else bring it many times what a person does, and whoever links in the midst of a flood would begin anew.
 */
export function leadBuckets(buckets: KeyBuckets, links: Pick<Links, 'leadOf'>): IsOver {
  return function isOver({ key, admitted }, kind, limit) {
    const own = buckets.isOver(key, kind, limit)
    const lead = links.leadOf(key)
    return lead === undefined
      ? own
      : buckets.isOver(keyOf(admitted.source.workspace, lead), kind, limit) || own
  }
}

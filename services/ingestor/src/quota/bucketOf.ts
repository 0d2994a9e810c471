import type { Identified } from '@hotlead/beacon'
import { keyOf } from '@hotlead/contracts'
import type { Links } from '../links.ts'

/**
 * Whose bucket an event takes from: a visitor that is known to be a lead, the lead's. Else whoever has many visitors linked
 * to one lead could bring it many times what a person does.
 */
export function bucketOf(links: Pick<Links, 'leadOf'>) {
  return function bucketOf({ key, admitted }: Identified): string {
    const lead = links.leadOf(key)
    return lead === undefined ? key : keyOf(admitted.source.workspace, lead)
  }
}

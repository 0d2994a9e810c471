import type { Admitted } from '../beacon.ts'
import { type Bag, isBag } from '../messages.ts'
import { cleaned } from './cleaned.ts'

/** What a request says for all of its events, without what must not be written. */
export interface Shared {
  /** Undefined where there is none, and where it is no object. */
  context: Bag | undefined
  /** All of it as JSON, also what is of a wrong shape; undefined where nothing was said. */
  text: string | undefined
}

/** Up to 5,000 events have the same, of up to 32 KB: it is cleaned and written once, and goes with its request. */
const known = new WeakMap<Admitted, Shared>()

export function sharedOf(admitted: Admitted): Shared {
  const before = known.get(admitted)
  if (before !== undefined) return before
  const { sentAt, context } = admitted.shared
  const isSaid = sentAt !== undefined || context !== undefined
  const clean = isSaid ? cleaned({ sentAt, context }, admitted.source.privacy.deny).message : {}
  const shared = {
    context: isBag(clean.context) ? clean.context : undefined,
    text: isSaid ? JSON.stringify(clean) : undefined,
  }
  known.set(admitted, shared)
  return shared
}

import {
  type Admitted,
  type Beacon,
  type Outcome,
  ok,
  type Refused,
  refuse,
  type Source,
} from '@hotlead/beacon'
import type { Sources } from '../sources.ts'
import { type Keyed, sourceOf } from './admit.ts'

/** The events of the body, in its format; and its key, where nothing before it named the source. */
export function parse(sources: Sources) {
  return function parse({ beacon, source: known }: Keyed): Outcome<Admitted> {
    const { body, format } = beacon
    const split =
      body.length > format.maxBytes
        ? refuse(400, 'too_large', `body: must be at most ${format.maxBytes} bytes, is ${body.length}`)
        : format.split(body)
    if (split.kind === 'refuse' && format.buriesBodies && known !== undefined)
      return ok(whole(beacon, known, split))
    if (split.kind !== 'ok') return split
    const { key, ...taken } = split.value
    if (known !== undefined) return ok({ beacon, source: known, ...taken })
    const { origin, isPublic = false } = beacon
    const found = sourceOf(sources, { key, origin, isPublic })
    return found.kind === 'ok' ? ok({ beacon, source: found.value, key, ...taken }) : found
  }
}

/** A body that could not be taken apart, as the one bad event that it is. */
function whole(beacon: Beacon, source: Source, unread: Refused): Admitted {
  return {
    beacon,
    source,
    unread,
    events: [undefined],
    shared: { sentAt: undefined, context: undefined },
    label: () => '',
    bytesOf: () => beacon.body,
  }
}

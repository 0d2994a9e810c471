import { type Admitted, type Outcome, ok, refuse } from '@hotlead/beacon'
import type { Sources } from '../sources.ts'
import { type Keyed, sourceOf } from './admit.ts'

/** The events of the body, in its format; and its key, where nothing before it named the source. */
export function parse(sources: Sources) {
  return function parse({ beacon, source: known }: Keyed): Outcome<Admitted> {
    const { body, format } = beacon
    if (body.length > format.maxBytes)
      return refuse(400, 'too_large', `body: must be at most ${format.maxBytes} bytes, is ${body.length}`)
    const split = format.split(body)
    if (split.kind !== 'ok') return split
    const { key, ...taken } = split.value
    if (known !== undefined) return ok({ beacon, source: known, ...taken })
    const found = sourceOf(sources, key, beacon.origin)
    return found.kind === 'ok' ? ok({ beacon, source: found.value, ...taken }) : found
  }
}

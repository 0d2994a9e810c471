import { type Beacon, type Outcome, ok, refuse, type Source } from '@hotlead/beacon'
import { allowsOrigin, type Sources } from '../sources.ts'

export interface Keyed {
  beacon: Beacon
  source: Source | undefined
}

/** Who sends: by a signature, or whose key the request carries in a header or the query; its body may still name one. */
export function admit(sources: Sources) {
  return function admit(beacon: Beacon): Outcome<Keyed> {
    if (beacon.source !== undefined) return ok({ beacon, source: beacon.source })
    if (beacon.key === undefined) return ok({ beacon, source: undefined })
    const found = sourceOf(sources, beacon.key, beacon.origin)
    return found.kind === 'ok' ? ok({ beacon, source: found.value }) : found
  }
}

/** The source behind a key, where the key may be used from that origin. */
export function sourceOf(
  sources: Sources,
  key: string | undefined,
  origin: string | undefined,
): Outcome<Source> {
  if (key === undefined || key === '')
    return refuse(
      401,
      'unauthorized',
      'a write key is missing: send it by Basic auth (`key:`), X-Write-Key, writeKey in the body or in the query',
    )
  const source = sources.find(key)
  if (!source) return refuse(401, 'unauthorized', 'no source has this write key')
  if (origin === undefined) return ok(source)
  if (source.secret)
    return refuse(401, 'origin', 'this is a secret key, and a browser shows it to everyone: use a write key')
  if (!allowsOrigin(source, origin))
    return refuse(
      401,
      'origin',
      `this key may not be used from ${origin.slice(0, 200)}: add it to the source's origins`,
    )
  return ok(source)
}

import { type Beacon, type Outcome, ok, refuse, type Source } from '@hotlead/beacon'
import { readingsOf } from '../keyOfRequest.ts'
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
    const found = sourceOf(sources, beacon.key, beacon)
    return found.kind === 'ok' ? ok({ beacon, source: found.value }) : found
  }
}

/** The source behind a key, where the key may be used from that origin, and by a link if it came by one. */
export function sourceOf(
  sources: Sources,
  key: string | undefined,
  { origin, isPublic }: Pick<Beacon, 'origin' | 'isPublic'>,
): Outcome<Source> {
  if (key === undefined || key === '')
    return refuse(
      401,
      'unauthorized',
      'a write key is missing: send it by Basic auth (`key:`), X-Write-Key, writeKey in the body or in the query',
    )
  let source: Source | undefined
  for (const reading of readingsOf(key)) source ??= sources.find(reading)
  if (!source) return refuse(401, 'unauthorized', 'no source has this write key')
  if (source.secret && origin !== undefined)
    return refuse(401, 'origin', 'this is a secret key, and a browser shows it to everyone: use a write key')
  if (source.secret && isPublic)
    return refuse(
      401,
      'unauthorized',
      'this is a secret key, and a link shows it to everyone: use a write key',
    )
  if (origin !== undefined && !allowsOrigin(source, origin))
    return refuse(
      401,
      'origin',
      `this key may not be used from ${origin.slice(0, 200)}: add it to the source's origins`,
    )
  return ok(source)
}

import { type Beacon, type Outcome, ok, refuse, type Source } from '@hotlead/beacon'
import { allowsOrigin, type Grant } from '@hotlead/sources'
import { readingsOf } from '../keyOfRequest.ts'
import type { Sources } from '../sources.ts'

export interface Keyed {
  beacon: Beacon
  source: Source | undefined
}

/** What a request claims to be by its key. */
export type Claim = Pick<Beacon, 'key' | 'origin' | 'keyInUrl' | 'isPublic'>

/** Who sends: by a signature, or whose key the request carries in a header or the query; its body may still name one. */
export function admit(sources: Sources) {
  return function admit(beacon: Beacon): Outcome<Keyed> {
    if (beacon.source !== undefined) return ok({ beacon, source: beacon.source })
    if (beacon.key === undefined) return ok({ beacon, source: undefined })
    const found = sourceOf(sources, beacon)
    return found.kind === 'ok' ? ok({ beacon, source: found.value }) : found
  }
}

/**
 * The source behind a key, where the key may be used so. A browser names its page's Origin on every request that a script
 * can read or that has a body, so one without is no browser, or a GET that only loads an image; a secret key in the URL of
 * such a one is refused for standing there.
 */
export function sourceOf(sources: Sources, { key, origin, keyInUrl, isPublic }: Claim): Outcome<Source> {
  if (key === undefined || key === '')
    return refuse(
      401,
      'unauthorized',
      'a write key is missing: send it by Basic auth (`key:`), X-Write-Key, writeKey in the body or in the query',
    )
  let grant: Grant | undefined
  for (const reading of readingsOf(key)) grant ??= sources.find(reading)
  if (!grant) return refuse(401, 'unauthorized', 'no source has this key')
  const { source, expires } = grant
  if (expires !== undefined && expires <= Date.now())
    return refuse(
      401,
      'unauthorized',
      `this key expired at ${new Date(expires).toISOString()}: \`hotlead key create\` makes another`,
    )
  if (source.secret && origin !== undefined)
    return refuse(
      401,
      'origin',
      'this is a secret key, and a browser shows it to everyone: use a write key there, and revoke this one',
    )
  if (source.secret && isPublic)
    return refuse(
      401,
      'unauthorized',
      'this is a secret key, and a link shows it to everyone: use a write key there, and revoke this one',
    )
  if (source.secret && keyInUrl)
    return refuse(
      401,
      'unauthorized',
      'this is a secret key, and logs of servers and proxies keep URLs: send it in a header, and revoke this one',
    )
  if (origin !== undefined && !allowsOrigin(source, origin))
    return refuse(
      401,
      'origin',
      `this key may not be used from ${origin.slice(0, 200)}: add it to the source's origins`,
    )
  sources.used(source.key)
  return ok(source)
}

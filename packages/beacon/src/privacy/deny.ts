/** Where a field may stand that is denied: the first part of its path. `query` is any address's. */
const PLACES = ['properties', 'traits', 'context', 'query'] as const

/** Entries of one list, and characters of one: a list is looked at for every field that comes. */
export const MAX_DENIED = 200
export const MAX_DENIED_CHARS = 200

/** What an entry must be, as it follows its path in a problem. */
export const DENIED =
  'must be a path such as properties.phone, traits.address.*, context.device.id or query.token: properties, traits, context or query, and then names or *'

/** A name on the way to what is denied. */
interface Node {
  /** Denied, with all that is below it. */
  ends: boolean
  below: Map<string, Node>
}

/** Several entries at the same time: where a name stands, those that still fit. Empty: none does. */
export type Places = readonly Node[]

/** Fields that must not be written, of one source. */
export interface Deny {
  /** How many entries it was made of. */
  size: number
  root: Node
}

/** Whether a text can be an entry of a list. */
export function isDenied(entry: string): boolean {
  const [place, ...names] = entry.split('.')
  return (
    entry.length <= MAX_DENIED_CHARS &&
    (PLACES as readonly string[]).includes((place as string).toLowerCase()) &&
    names.length > 0 &&
    names.every(name => name !== '')
  )
}

/** @param entries each as `isDenied` takes it; letter case makes no difference, since a slip there would let a field through */
export function deny(entries: readonly string[]): Deny {
  const root = node()
  for (const entry of entries) {
    const names = entry.toLowerCase().split('.')
    add(root, names)
    // What an event says of its person along the way is a trait in the log.
    if (names[0] === 'traits') add(root, ['context', ...names])
  }
  return { size: entries.length, root }
}

function add(root: Node, names: readonly string[]): void {
  let at = root
  for (const name of names) {
    const next = at.below.get(name) ?? node()
    at.below.set(name, next)
    at = next
  }
  at.ends = true
}

function node(): Node {
  return { ends: false, below: new Map() }
}

export const NOTHING_DENIED = deny([])
const NONE: Places = []

/** Where the entries of a place begin. */
export function placesOf({ root }: Deny, place: string): Places {
  const found = root.below.get(place)
  return found === undefined ? NONE : [found]
}

/** Whether a field of the log is denied, where we write it from something else. @param path its names, joined by dots */
export function isFieldDenied(deny: Deny, place: 'properties' | 'traits', path: string): boolean {
  return deny.size > 0 && below(placesOf(deny, place), path) === 'denied'
}

/** What the log has from other fields of an event: the address, a group's id, a page's category. */
const ADDED = [
  ['traits', 'email'],
  ['traits', 'company.id'],
  ['properties', 'category'],
] as const

/** Entries for those of them that are denied: all that a retry must know of a list, since the rest is gone from its letter. */
export function addedDenied(deny: Deny): string[] {
  return ADDED.filter(([place, path]) => isFieldDenied(deny, place, path)).map(names => names.join('.'))
}

/** One name further; a name with dots is several. `denied`: an entry ends here or on the way. */
export function below(places: Places, name: string): Places | 'denied' {
  let at = places
  for (const part of name.toLowerCase().split('.')) {
    if (at.length === 0) return NONE
    const next: Node[] = []
    for (const { below } of at)
      for (const found of [below.get(part), below.get('*')]) {
        if (found?.ends) return 'denied'
        if (found) next.push(found)
      }
    at = next
  }
  return at
}

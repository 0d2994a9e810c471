import { truncateAddress } from '../address.ts'
import { type Bag, isBag } from '../messages.ts'
import { below, type Deny, type Places, placesOf } from './deny.ts'
import { isSecret, plainName } from './secretNames.ts'

/** Deeper than anything that the log has or a person writes: what is below cannot be looked at, and goes. */
const MAX_DEPTH = 32

/** Whose text is an id: an address there is a name, and cut it would be another's. */
const IDS = new Set(['messageId', 'anonymousId', 'userId', 'groupId', 'previousId'])

/** Fields of an event that have fields. */
const BAGS = new Set(['properties', 'traits', 'context'])

/** The longest that an address can be written: `0000:…:0000:255.255.255.255`. */
const MAX_ADDRESS = 45

/** A name that stands for itself: not escaped, and not of several. */
const PLAIN = /^[\w-]+$/
/** Names and values of a query, also of one behind a `#`. Each character is looked at twice at most. */
const PAIR = /(^|[?&#;])([^=&#?;\s]+)=[^&#;\s]*/g

/** An event without what must not be written, and how many fields of it were taken out or cut. */
export interface Cleaned {
  message: Bag
  taken: number
}

/**
 * An event in our own shape without what its source denies, without secrets, and with addresses cut as `truncateAddress` does.
 * The very same object where there is nothing to take; never changed itself.
 */
export function cleaned(message: Bag, deny: Deny): Cleaned {
  const cleaner = new Cleaner(deny)
  return { message: cleaner.message(message), taken: cleaner.taken }
}

/** Any JSON without secrets and with addresses cut, for what is in nobody's shape. */
export function cleanedJson(value: unknown): { value: unknown; taken: number } {
  const cleaner = new Cleaner(undefined)
  return { value: cleaner.value(value, '', [], '', '', 0), taken: cleaner.taken }
}

class Cleaner {
  taken = 0
  readonly #deny: Deny | undefined
  readonly #query: Places

  constructor(deny: Deny | undefined) {
    this.#deny = deny
    this.#query = deny === undefined ? [] : placesOf(deny, 'query')
  }

  message(message: Bag): Bag {
    return this.#object(message, name => {
      const value = message[name]
      if (IDS.has(name)) return value
      if (isSecret(plainName(name))) return undefined
      if (this.#isShapeless(name, value)) return false
      const places = this.#placesIn(message, name)
      return places === 'denied' ? undefined : this.value(value, name, places, '', '', 0)
    })
  }

  /** What stands where fields should: of no event that is taken, and what it is a list of fields cannot say. Still wrong. */
  #isShapeless(name: string, value: unknown): boolean {
    return this.#deny !== undefined && this.#deny.size > 0 && BAGS.has(name) && value != null && !isBag(value)
  }

  #placesIn({ type }: Bag, name: string): Places | 'denied' {
    if (this.#deny === undefined || this.#deny.size === 0) return []
    const places = placesOf(this.#deny, name)
    if (name !== 'traits' || type !== 'group') return places
    // Of a group they are the company's, and called so in the log.
    const company = below(places, 'company')
    return company === 'denied' ? company : [...places, ...company]
  }

  /** @param parent and @param grandparent its own plain name, and the one above; '' at the top */
  value(
    value: unknown,
    name: string,
    places: Places,
    parent: string,
    grandparent: string,
    depth: number,
  ): unknown {
    if (typeof value === 'string') return this.#text(value, name)
    if (typeof value !== 'object' || value === null) return value
    if (depth > MAX_DEPTH) return undefined
    return this.#object(value as Bag, under => {
      const dot = under.lastIndexOf('.')
      // Most names are one part, and this is done for each field of each event.
      if (dot >= 0 && hasSecret(under, parent, grandparent)) return undefined
      const plain = plainName(dot < 0 ? under : under.slice(dot + 1))
      if (dot < 0 && isSecret(plain, parent, grandparent)) return undefined
      const next = places.length === 0 ? places : below(places, under)
      if (next === 'denied') return undefined
      const above = dot < 0 ? parent : plainName(under.slice(under.lastIndexOf('.', dot - 1) + 1, dot))
      return this.value((value as Bag)[under], under, next, plain, above, depth + 1)
    })
  }

  /** A copy as soon as something is other than it was. A list keeps its places: one that was taken is null. */
  #object(object: Bag, of: (name: string) => unknown): Bag {
    let copy: Bag | undefined
    for (const name of Object.keys(object)) {
      const before = object[name]
      const after = name === '__proto__' ? undefined : of(name)
      if (after === before) continue
      copy ??= Array.isArray(object) ? ([...object] as unknown as Bag) : copied(object)
      if (after !== undefined) copy[name] = after
      else {
        this.taken++
        if (Array.isArray(copy)) copy[Number(name)] = null
        else delete copy[name]
      }
    }
    return copy ?? object
  }

  #text(text: string, name: string): string {
    if (mayBeAddress(text) && !/version$/i.test(name)) {
      const address = truncateAddress(text)
      if (address !== null) {
        if (address !== text) this.taken++
        return address
      }
    }
    if (this.#deny === undefined && text.startsWith('{')) return this.#packed(text)
    return text.includes('=') ? this.#withoutPairs(text) : text
  }

  /** JSON within JSON, as SNS has it. */
  #packed(text: string): string {
    try {
      const said: unknown = JSON.parse(text)
      const clean = this.value(said, '', [], '', '', 0)
      return clean === said ? text : JSON.stringify(clean)
    } catch {
      return text
    }
  }

  #withoutPairs(text: string): string {
    let gone = 0
    const start = queryOf(text)
    const left = text.slice(start).replace(PAIR, (pair: string, sign: string, name: string) => {
      if (!this.#isDeniedPair(name)) return pair
      gone++
      return sign
    })
    if (gone === 0) return text
    this.taken += gone
    const tidy = left
      .replace(/(^|[?#&;])[&;]+/g, '$1')
      .replace(/[?&;]+(?=#)/g, '')
      .replace(/[?&;#]+$/, '')
    return text.slice(0, start) + tidy
  }

  #isDeniedPair(written: string): boolean {
    if (this.#query.length === 0 && PLAIN.test(written)) return isSecret(plainName(written))
    const parts = decoded(written)
      .split(/[.[\]]+/)
      .filter(part => part !== '')
    const name = parts.join('.')
    if (hasSecret(name, '', '')) return true
    return this.#query.length > 0 && parts.length > 0 && below(this.#query, name) === 'denied'
  }
}

/** Whether any part of a name with dots is a secret, with what is in front of it. */
function hasSecret(path: string, parent: string, grandparent: string): boolean {
  let [above, top] = [parent, grandparent]
  for (const part of path.split('.')) {
    const plain = plainName(part)
    if (isSecret(plain, above, top)) return true
    top = above
    above = plain
  }
  return false
}

/** Whether it is worth a closer look (0.2 µs): nearly no text begins like an address and has what addresses have. */
function mayBeAddress(text: string): boolean {
  if (text.length > MAX_ADDRESS || text.length < 2) return false
  const first = text.charCodeAt(0)
  const isHex =
    (first >= 0x30 && first <= 0x3a) || (first >= 0x41 && first <= 0x46) || (first >= 0x61 && first <= 0x66)
  return isHex && (text.includes('.') || text.includes(':'))
}

/** Where the pairs of a text begin: in front of them an address has none. */
function queryOf(text: string): number {
  const sign = text.indexOf('?')
  return sign > 0 && text.lastIndexOf('=', sign) < 0 && text.lastIndexOf('#', sign) < 0 ? sign : 0
}

/** With its prototype, or none. `__proto__` is no name here, as it is none in the log. */
function copied(object: Bag): Bag {
  const copy: Bag = Object.create(Object.getPrototypeOf(object))
  for (const name of Object.keys(object)) if (name !== '__proto__') copy[name] = object[name]
  return copy
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '))
  } catch {
    return name
  }
}

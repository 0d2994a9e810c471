import { truncateAddress } from '../address.ts'
import { type Bag, isBag } from '../messages.ts'
import { below, type Deny, type Places, placesOf } from './deny.ts'
import { withoutPairs } from './pairs.ts'
import { type Above, isSecret, plainName, TOP, under } from './secretNames.ts'

/** Deeper than anything that the log has or a person writes: what is below cannot be looked at, and goes. */
const MAX_DEPTH = 32

/** Whose text is an id: an address there is a name, and cut it would be another's. */
const IDS = new Set(['messageId', 'anonymousId', 'userId', 'groupId', 'previousId'])

/** Fields of an event that have fields. */
const BAGS = new Set(['properties', 'traits', 'context'])

/** The longest that an address can be written: `0000:…:0000:255.255.255.255`, without a zone. */
const MAX_ADDRESS = 45

/** A name that stands for itself: not escaped, and not of several. */
const PLAIN = /^[\w-]+$/

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
  return { value: cleaner.value(value, '', [], TOP, 0), taken: cleaner.taken }
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
      return places === 'denied' ? undefined : this.value(value, name, places, TOP, 0)
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

  /** @param name its own, and @param above the names of secrets that it may be a part of */
  value(value: unknown, name: string, places: Places, above: Above, depth: number): unknown {
    if (typeof value === 'string') return this.#text(value, name)
    if (typeof value !== 'object' || value === null) return value
    if (depth > MAX_DEPTH) return undefined
    return this.#object(value as Bag, field => {
      const here = under(field, above)
      if (here === undefined) return undefined
      const next = places.length === 0 ? places : below(places, field)
      return next === 'denied' ? undefined : this.value((value as Bag)[field], field, next, here, depth + 1)
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
      const clean = this.value(said, '', [], TOP, 0)
      return clean === said ? text : JSON.stringify(clean)
    } catch {
      return text
    }
  }

  #withoutPairs(text: string): string {
    const left = withoutPairs(text, name => this.#isDeniedPair(name))
    this.taken += left.gone
    return left.text
  }

  #isDeniedPair(written: string): boolean {
    if (this.#query.length === 0 && PLAIN.test(written)) return isSecret(plainName(written))
    const parts = decoded(written)
      .split(/[.[\]]+/)
      .filter(part => part !== '')
    const name = parts.join('.')
    if (under(name, TOP) === undefined) return true
    return this.#query.length > 0 && parts.length > 0 && below(this.#query, name) === 'denied'
  }
}

/** Whether it is worth a closer look (0.2 µs): nearly no text begins like an address and has what addresses have. */
function mayBeAddress(text: string): boolean {
  if (text.length < 2) return false
  const first = text.charCodeAt(0)
  const isHex =
    (first >= 0x30 && first <= 0x3a) || (first >= 0x41 && first <= 0x46) || (first >= 0x61 && first <= 0x66)
  if (!isHex) return false
  // A zone's name (`fe80::1%eth0`) may have any length.
  const address = text.length > MAX_ADDRESS ? text.slice(0, MAX_ADDRESS + 1).split('%', 1)[0] : text
  return address !== undefined && address.length <= MAX_ADDRESS && /[.:]/.test(address)
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

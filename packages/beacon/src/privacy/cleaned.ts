import { truncateAddress } from '../address.ts'
import { type Bag, isBag } from '../messages.ts'
import { below, type Deny, type Places, placesOf } from './deny.ts'
import { withoutPairs } from './pairs.ts'
import { type Above, isSecret, TOP, under } from './secretNames.ts'

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
      if (isSecret(name, TOP)) return undefined
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
    if (typeof value !== 'object' || value === null) return this.#scalar(value, name)
    if (depth > MAX_DEPTH) return undefined
    return this.#object(value as Bag, field => {
      const next = places.length === 0 ? places : below(places, field)
      if (next === 'denied') return undefined
      const child = (value as Bag)[field]
      // Most fields have no fields: what stands above those need not be made.
      if (typeof child !== 'object') return isSecret(field, above) ? undefined : this.#scalar(child, field)
      const here = under(field, above)
      return here === undefined ? undefined : this.value(child, field, next, here, depth + 1)
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

  #scalar(value: unknown, name: string): unknown {
    return typeof value === 'string' ? this.#text(value, name) : value
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
    if (this.#query.length === 0 && PLAIN.test(written)) return isSecret(written, TOP)
    const parts = decoded(written)
      .split(/[.[\]]+/)
      .filter(part => part !== '')
    const name = parts.join('.')
    if (under(name, TOP) === undefined) return true
    return this.#query.length > 0 && parts.length > 0 && below(this.#query, name) === 'denied'
  }
}

/**
 * Whether a text is made of what addresses are made of: nearly none is, though times and versions begin like one (0.05 µs;
 * truncateAddress takes 0.3 to 0.6).
 */
function mayBeAddress(text: string): boolean {
  let [colons, dots] = [0, 0]
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === COLON) colons++
    else if (c === DOT) dots++
    // A zone's name (`fe80::1%eth0`) may have any length.
    else if (c === PERCENT) return colons > 1
    else if (!isHex(c)) return false
    if (i === MAX_ADDRESS) return false
  }
  return colons > 1 || dots === 3
}

const [COLON, DOT, PERCENT] = [0x3a, 0x2e, 0x25]

function isHex(c: number): boolean {
  return (c >= 0x30 && c <= 0x39) || (c >= 0x41 && c <= 0x46) || (c >= 0x61 && c <= 0x66)
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

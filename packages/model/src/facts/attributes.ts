import type { Attribute } from '@hotlead/contracts'
import type { Millis } from '../model.ts'
import { mergeSorted } from './sorted.ts'

const MAX_ATTRIBUTES = 50
const MAX_ATTRIBUTE_NAME = 64
const MAX_ATTRIBUTE_VALUE = 256

/** Attributes after an event gave some: the latest value of each. */
export function withAttributes(
  attributes: Attribute[],
  given: Readonly<Record<string, string | number | boolean>>,
  at: Millis,
): Attribute[] {
  const fresh = Object.entries(given)
    .filter(([name]) => name.length > 0 && name.length <= MAX_ATTRIBUTE_NAME)
    .map(([name, value]) => ({
      name,
      at,
      value: typeof value === 'string' ? value.slice(0, MAX_ATTRIBUTE_VALUE) : value,
    }))
    .sort((x, y) => (x.name < y.name ? -1 : 1))
  return fresh.length === 0 ? attributes : bounded(mergeSorted(attributes, fresh, x => x.name, later))
}

/** The later value; at the same time the greater text (of true and "true" the text), so that order does not matter. */
export function later(a: Attribute, b: Attribute): Attribute {
  if (a.at !== b.at) return a.at > b.at ? a : b
  const [x, y] = [String(a.value), String(b.value)]
  if (x !== y) return x > y ? a : b
  return typeof a.value === 'string' ? a : b
}

export function bounded(attributes: Attribute[]): Attribute[] {
  return attributes.length <= MAX_ATTRIBUTES ? attributes : attributes.slice(0, MAX_ATTRIBUTES)
}

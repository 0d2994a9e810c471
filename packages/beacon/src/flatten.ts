export type Flat = Record<string, null | boolean | number | string>

export const MAX_ENTRIES = 100
export const MAX_CHARS = 1_024
export const MAX_DEPTH = 5

/**
 * Nested names joined by dots (`cart.items.0.sku`), into `into`. Bounded: what comes after 100 entries or below 5
 * levels is left out, longer strings are cut at 1,024 characters, so one event stays below about 100 KB whatever a
 * client nests. The result has no prototype, so that a property named like one of Object's is just a name.
 */
export function flatten(value: unknown, into: Flat = Object.create(null), prefix = ''): Flat {
  const room = { left: MAX_ENTRIES - Object.keys(into).length }
  if (typeof value === 'object' && value !== null) walk(value as object, prefix, 1, into, room)
  return into
}

function walk(value: object, prefix: string, depth: number, into: Flat, room: { left: number }): void {
  for (const name in value) {
    if (room.left <= 0) return
    if (name === '__proto__' || name.length > MAX_CHARS || !Object.hasOwn(value, name)) continue
    const child = (value as Record<string, unknown>)[name]
    const path = prefix + name
    if (typeof child === 'object' && child !== null) {
      if (depth < MAX_DEPTH) walk(child, `${path}.`, depth + 1, into, room)
      continue
    }
    const flat = scalar(child)
    if (flat === undefined) continue
    if (into[path] === undefined) room.left--
    into[path] = flat
  }
}

function scalar(value: unknown): null | boolean | number | string | undefined {
  switch (typeof value) {
    case 'string':
      return value.length > MAX_CHARS ? value.slice(0, MAX_CHARS) : value
    case 'number':
      // JSON has no Infinity, but 1e999 parses as one.
      return Number.isFinite(value) ? value : null
    case 'boolean':
      return value
    default:
      return value === null ? null : undefined
  }
}

/** From the first byte of a value to the one after its last. */
export interface Section {
  start: number
  end: number
}

/**
 * The byte ranges of the elements of a top-level array field, in JSON that has already parsed: a dead letter holds the
 * very bytes that came. Only rare paths need it, so the hot path stays with JSON.parse.
 */
export function sections(json: Buffer, field: string): Section[] {
  const found = section(json, field)
  return found === undefined ? [] : elements(json, found.start)
}

/** The byte range of a top-level field, in JSON that has already parsed. Of a repeated name the last, as JSON.parse takes it. */
export function section(json: Buffer, field: string): Section | undefined {
  let found: Section | undefined
  let at = space(json, 0)
  if (json[at] !== 0x7b) return found
  at = space(json, at + 1)
  while (at < json.length && json[at] !== 0x7d) {
    const nameEnd = value(json, at)
    const name = JSON.parse(json.toString('utf8', at, nameEnd)) as string
    at = space(json, space(json, nameEnd) + 1)
    const end = value(json, at)
    if (name === field) found = { start: at, end }
    at = comma(json, end)
  }
  return found
}

/** The byte ranges of the elements of the array that starts at `at`; none where none does. */
export function elements(json: Buffer, at = space(json, 0)): Section[] {
  const found: Section[] = []
  if (json[at] !== 0x5b) return found
  let item = space(json, at + 1)
  while (json[item] !== 0x5d && item < json.length) {
    const end = value(json, item)
    found.push({ start: item, end })
    item = comma(json, end)
  }
  return found
}

function space(json: Buffer, at: number): number {
  let i = at
  while (json[i] === 0x20 || json[i] === 0x0a || json[i] === 0x0d || json[i] === 0x09) i++
  return i
}

function comma(json: Buffer, at: number): number {
  const i = space(json, at)
  return json[i] === 0x2c ? space(json, i + 1) : i
}

/** End of the value that starts here. */
function value(json: Buffer, start: number): number {
  let depth = 0
  let i = start
  do {
    const c = json[i]
    if (c === 0x22) {
      i++
      while (i < json.length && json[i] !== 0x22) i += json[i] === 0x5c ? 2 : 1
      i++
    } else if (c === 0x7b || c === 0x5b) {
      depth++
      i++
    } else if (c === 0x7d || c === 0x5d) {
      depth--
      i++
    } else if (depth > 0) i++
    else while (i < json.length && !isEnd(json[i] as number)) i++
  } while (depth > 0 && i < json.length)
  return i
}

function isEnd(c: number): boolean {
  return c === 0x2c || c === 0x7d || c === 0x5d || c <= 0x20
}

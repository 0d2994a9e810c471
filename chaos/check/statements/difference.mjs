/**
 * The first few places at which two plain values differ, in words; none where they are equal. Lists of named things are
 * compared by their place.
 */
export function differences(expected, found, path = '', into = []) {
  if (into.length >= 3 || Object.is(expected, found)) return into
  if (isPlain(expected) && isPlain(found) && Array.isArray(expected) === Array.isArray(found)) {
    const names = [...Object.keys(expected), ...Object.keys(found).filter(name => !(name in expected))]
    for (const name of names) {
      if (Object.is(expected[name], found[name])) continue
      const part = Array.isArray(expected) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
      differences(expected[name], found[name], part, into)
    }
    return into
  }
  into.push(`${path}: expected ${short(expected)}, found ${short(found)}`)
  return into
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value)
}

function short(value) {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

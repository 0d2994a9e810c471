/** Names and values of a query, also of one behind a `#`. Each character is looked at twice at most. */
const PAIR = /(^|[?&#;])([^=&#?;\s]+)=[^&#;\s]*/g

/** A run of what stands between pairs. Whole runs, so that a long one is looked at once and not from each of its characters. */
const SIGNS = /[?&;#]+/g

/**
 * A text without those pairs of its query that are denied, and without the signs that stood for nothing but them. The very
 * same text where there are none. Takes time that grows with its length alone.
 */
export function withoutPairs(
  text: string,
  isDenied: (name: string) => boolean,
): { text: string; gone: number } {
  let gone = 0
  const start = queryOf(text)
  const left = text.slice(start).replace(PAIR, (pair: string, sign: string, name: string) => {
    if (!isDenied(name)) return pair
    gone++
    return sign
  })
  return gone === 0 ? { text, gone } : { text: text.slice(0, start) + tidy(left), gone }
}

/** Where the pairs of a text begin: in front of them an address has none. */
function queryOf(text: string): number {
  const sign = text.indexOf('?')
  return sign > 0 && text.lastIndexOf('=', sign) < 0 && text.lastIndexOf('#', sign) < 0 ? sign : 0
}

/** No `&` or `;` that follows another sign or nothing, no query in front of a `#` that has nothing in it, no sign at the end. */
function tidy(query: string): string {
  return query.replace(SIGNS, (run, at: number) => {
    if (at + run.length === query.length) return ''
    const behind = run.lastIndexOf('#') + 1
    const first = behind === 0 && at > 0 ? run.charAt(0) : ''
    return (
      run.slice(0, behind).replace(/[?&;]+/g, '') +
      first +
      run.slice(behind + first.length).replace(/[&;]+/g, '')
    )
  })
}

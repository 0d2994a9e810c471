/** A plain value means equals. */
export function readTest(test) {
  return typeof test === 'object' && test !== null ? test : { equals: test }
}

/** Whether a value passes a test: all that the test sets must hold. Text is compared without regard to case. */
export function passes(value, test) {
  const known = value !== undefined && value !== null && value !== ''
  const text = known ? String(value).toLowerCase() : ''
  const like = other => String(other).toLowerCase() === text
  if (test.exists !== undefined && test.exists !== known) return false
  if (test.notIn && known && test.notIn.some(like)) return false
  if (test.equals !== undefined && !(known && like(test.equals))) return false
  if (test.in && !(known && test.in.some(like))) return false
  if (test.contains && !(known && text.includes(test.contains.toLowerCase()))) return false
  if (test.startsWith && !(known && text.startsWith(test.startsWith.toLowerCase()))) return false
  if (test.endsWith && !(known && text.endsWith(test.endsWith.toLowerCase()))) return false
  // JavaScript's own expressions: what a model has of RE2 alone, such as \z, is an error here and no answer.
  if (test.matches && !(known && new RegExp(test.matches, 'i').test(String(value)))) return false
  if (test.domain && !(known && [test.domain].flat().some(domain => isOfDomain(text, domain)))) return false
  if (BOUNDS.some(b => test[b] !== undefined)) {
    if (!known || text.trim() === '' || !Number.isFinite(Number(value))) return false
    if (!within(Number(value), test)) return false
  }
  if (test.before !== undefined && !(dateOf(value) < dateOf(test.before))) return false
  if (test.after !== undefined && !(dateOf(value) > dateOf(test.after))) return false
  return true
}

const BOUNDS = ['atLeast', 'atMost', 'above', 'below']

/** Whether a number is within all bounds that are set. */
export function within(n, { atLeast, atMost, above, below }) {
  if (atLeast !== undefined && !(n >= atLeast)) return false
  if (atMost !== undefined && !(n <= atMost)) return false
  if (above !== undefined && !(n > above)) return false
  if (below !== undefined && !(n < below)) return false
  return true
}

/** An address or a host of the domain, or of one below it. */
function isOfDomain(text, domain) {
  const host = text.split('@').at(-1)
  return host === domain.toLowerCase() || host.endsWith(`.${domain.toLowerCase()}`)
}

/** ms since 1970 of an ISO date (its first moment) or time, UTC where it names no zone; NaN of anything else. */
function dateOf(value) {
  const found = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
    String(value ?? ''),
  )
  if (!found) return Number.NaN
  const [text, year, month, day, time, , , zone] = found
  // Of 30 February there is no day: the engine would take it for 2 March.
  if (Number(day) < 1 || Number(day) > new Date(Date.UTC(year, month, 0)).getUTCDate()) return Number.NaN
  return Date.parse(time && !zone ? `${text}Z` : text)
}

/** What a user agent says that somebody holds; undefined where there is none. */
export function deviceOf(userAgent) {
  if (userAgent === null || userAgent === undefined) return undefined
  const words = userAgent.toLowerCase()
  const android = words.lastIndexOf('android')
  const isTablet = ['ipad', 'tablet', 'playbook', 'silk'].some(word => words.includes(word))
  if (isTablet || (android >= 0 && !words.slice(android).includes('mobi'))) return 'tablet'
  return ['mobi', 'iphone', 'ipod'].some(word => words.includes(word)) ? 'mobile' : 'desktop'
}

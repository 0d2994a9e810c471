import type { Range, Test, Value } from '../model.ts'

export function inRange(n: number, r: Range): boolean {
  return (
    (r.atLeast === undefined || n >= r.atLeast) &&
    (r.atMost === undefined || n <= r.atMost) &&
    (r.above === undefined || n > r.above) &&
    (r.below === undefined || n < r.below)
  )
}

/** Text compares without regard to case; a missing value passes only `exists: false` and `notIn`. */
export function passes(value: Value | null | undefined, test: Test): boolean {
  const there = value !== undefined && value !== null && value !== ''
  if (test.exists !== undefined && test.exists !== there) return false
  if (test.notIn && there && test.notIn.some(x => same(x, value))) return false
  if (!there) return !wantsValue(test)
  const text = String(value).toLowerCase()
  return (
    (test.equals === undefined || same(test.equals, value)) &&
    (!test.in || test.in.some(x => same(x, value))) &&
    (test.contains === undefined || text.includes(test.contains.toLowerCase())) &&
    (test.startsWith === undefined || text.startsWith(test.startsWith.toLowerCase())) &&
    (test.endsWith === undefined || text.endsWith(test.endsWith.toLowerCase())) &&
    (!test.matches || test.matches.test(String(value))) &&
    (!test.domain || isOfDomain(text, test.domain)) &&
    (!test.range ||
      (text.trim() !== '' && Number.isFinite(Number(value)) && inRange(Number(value), test.range))) &&
    ((test.before === undefined && test.after === undefined) || isBetween(value, test))
  )
}

function wantsValue({ exists, notIn, ...wanted }: Test): boolean {
  return Object.values(wanted).some(w => w !== undefined)
}

function same(a: Value, b: Value): boolean {
  return String(a).toLowerCase() === String(b).toLowerCase()
}

/** The domain of an address, or a host, or what is above it: `ann@mail.rival.com` is of `rival.com`. */
function isOfDomain(text: string, domains: ReadonlySet<string>): boolean {
  let domain = text.slice(text.lastIndexOf('@') + 1)
  while (domain !== '') {
    if (domains.has(domain)) return true
    const dot = domain.indexOf('.')
    if (dot < 0) return false
    domain = domain.slice(dot + 1)
  }
  return false
}

function isBetween(value: Value, { before, after }: Test): boolean {
  const at = parseDate(value)
  return at !== undefined && (before === undefined || at < before) && (after === undefined || at > after)
}

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** A date (its first moment in UTC) or a time in ISO 8601 as ms since 1970; undefined where the value is none. */
export function parseDate(value: unknown): number | undefined {
  if (typeof value !== 'string' || !DATE.test(value)) return undefined
  // 30 February would be taken for 2 March.
  if (new Date(value.slice(0, 10)).getUTCDate() !== Number(value.slice(8, 10))) return undefined
  // Without a zone, a time is UTC, as a date alone is: the machine's own zone must not decide.
  const at = Date.parse(/T[\d:.]+$/.test(value) ? `${value}Z` : value)
  return Number.isNaN(at) ? undefined : at
}

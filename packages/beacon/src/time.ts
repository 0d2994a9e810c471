/** Years 0 to 9999, as four digits can say them: numbers beyond are no times, and Avro's long would garble the largest. */
export const FIRST = Date.parse('0000-01-01T00:00:00Z')
export const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** And as databases and languages write it: `2026-11-24 09:30:00+00`, `2026-11-24 09:30:00 UTC`. */
const ISO =
  /^(\d{4}-\d\d-\d\d)(?:(?:[Tt]|\s+)(\d\d:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(?:([Zz]|UTC|GMT)|([+-]\d\d):?(\d\d)?)?$/
/** As `Date.toISOString` writes it, on a day that every month has: what nearly every tracker sends. */
const USUAL = /^\d{4}-\d\d-(?:0[1-9]|1\d|2[0-8])T\d\d:\d\d:\d\d(?:\.\d+)?Z$/

/**
 * ISO 8601: a date (its first moment), or one with a time; without an offset UTC, wherever it is read.
 * @returns ms since 1970; undefined where there is no such day or time
 */
export function isoTime(text: string): number | undefined {
  if (USUAL.test(text)) {
    const time = Date.parse(text)
    return Number.isNaN(time) ? undefined : time
  }
  const iso = ISO.exec(text)
  if (!iso) return undefined
  const [, date, clock = '00:00', , hours, minutes = '00'] = iso
  const time = Date.parse(`${date}T${clock}${hours ? `${hours}:${minutes}` : 'Z'}`)
  // Of 31 February `Date.parse` makes 3 March.
  const day = Date.parse(`${date}T00:00Z`)
  if (Number.isNaN(time) || new Date(day).toISOString().slice(0, 10) !== date) return undefined
  return time
}

/** ISO 8601, or ms since 1970. */
export function isTime(value: unknown): value is string | number {
  const time = typeof value === 'string' ? isoTime(value) : value
  return typeof time === 'number' && time >= FIRST && time <= LAST
}
export const TIME = 'must be an ISO 8601 time or ms since 1970'

/** In ms since 1970, of what `isTime`. */
export function millis(time: string | number): number {
  return typeof time === 'number' ? Math.trunc(time) : (isoTime(time) as number)
}

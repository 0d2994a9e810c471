/** Years 0 to 9999, as four digits can say them: numbers beyond are no times, and Avro's long would garble the largest. */
const FIRST = Date.parse('0000-01-01T00:00:00Z')
const LAST = Date.parse('9999-12-31T23:59:59.999Z')

/** ISO 8601, or ms since 1970. */
export function isTime(value: unknown): value is string | number {
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\d/.test(value) ? Date.parse(value) : value
  return typeof time === 'number' && time >= FIRST && time <= LAST
}
export const TIME = 'must be an ISO 8601 time or ms since 1970'

/** In ms since 1970. */
export function millis(time: string | number): number {
  return typeof time === 'number' ? Math.trunc(time) : Date.parse(time)
}

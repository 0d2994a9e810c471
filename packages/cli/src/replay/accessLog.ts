/** One line of an access log in the combined format. */
export interface Hit {
  /** Of the client, as the server logged it: an address, or a host name. */
  address: string
  /** ms since 1970 */
  at: number
  method: string
  /** As requested: a path with its search. */
  target: string
  status: number
  /** Empty where the log has `-`. */
  referrer: string
  userAgent: string
}

const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`
/** address, identity, user, [time], "request", status, bytes, "referrer", "user agent", and whatever a server adds. */
const COMBINED = new RegExp(
  String.raw`^(\S+) \S+ [^[]*\[([^\]]+)\] ${QUOTED} (\d{3}) (?:\d+|-) ${QUOTED} ${QUOTED}(?: .*)?$`,
)
const TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A line of Apache's or nginx's combined format; undefined for anything else (a line that was cut short, say). */
export function parseLine(line: string): Hit | undefined {
  const found = COMBINED.exec(line)
  if (!found) return undefined
  const [, address, time, request, status, referrer, userAgent] = found as unknown as string[]
  const at = timeOf(time as string)
  const [method, target, version] = (request as string).split(' ')
  if (at === undefined || !method || !target || !version?.startsWith('HTTP/')) return undefined
  return {
    address: address as string,
    at,
    method,
    target,
    status: Number(status),
    referrer: textOf(referrer as string),
    userAgent: textOf(userAgent as string),
  }
}

/** `17/May/2015:10:05:03 +0200` in ms since 1970. */
function timeOf(text: string): number | undefined {
  const found = TIME.exec(text)
  if (!found) return undefined
  const [, day, name, year, hour, minute, second, sign, aheadHours, aheadMinutes] = found
  const month = MONTHS.indexOf(name as string)
  if (month < 0) return undefined
  const ahead = (Number(aheadHours) * 60 + Number(aheadMinutes)) * (sign === '-' ? -1 : 1)
  return (
    Date.UTC(Number(year), month, Number(day), Number(hour), Number(minute), Number(second)) - ahead * 60_000
  )
}

function textOf(quoted: string): string {
  return quoted === '-' ? '' : quoted.replace(/\\(["\\])/g, '$1')
}

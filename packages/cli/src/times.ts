import { isoTime, isTime } from '@hotlead/beacon'

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 }

/**
 * A point in time as people type it: `now`, a length of time ago (`90m`, `2h`, `7d`) or, with a plus, ahead (`+7d`), ISO 8601 (without an offset it is
 * UTC), or ms since 1970. @returns ms since 1970; undefined where it is none of these
 */
export function parseTime(text: string, now: number): number | undefined {
  const time = timeOf(text, now)
  return isTime(time) ? time : undefined
}

function timeOf(text: string, now: number): number | undefined {
  if (text === 'now') return now
  const ago = /^(\+?)(\d+(?:\.\d+)?)([smhdw])$/.exec(text)
  if (ago) return now + (ago[1] ? 1 : -1) * Number(ago[2]) * (UNITS[ago[3] as string] as number)
  if (/^\d{10,16}$/.test(text)) return Number(text)
  return isoTime(text)
}

/** `2026-11-24 09:30:05 UTC`: the same wherever it is read. */
export function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** How far a time lies from now, in its largest whole unit: `12 min ago`, `in 3 days`, `now`. */
export function distanceText(time: number, now: number): string {
  const length = lengthText(Math.abs(time - now))
  if (length === '0 s') return 'now'
  return time > now ? `in ${length}` : `${length} ago`
}

const NAMES = [
  ['day', 86_400e3, 's'],
  ['h', 3600e3, ''],
  ['min', 60e3, ''],
] as const

/** A length of time in its largest whole unit: `3 days`, `12 min`, `0 s`. */
export function lengthText(ms: number): string {
  for (const [name, unit, plural] of NAMES) {
    const count = Math.floor(ms / unit)
    if (count > 0) return `${count} ${name}${count > 1 ? plural : ''}`
  }
  return `${Math.floor(ms / 1000)} s`
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/**
 * The end of a log for a person: at most `lines` lines of its last 16 kB, our services' JSON as plain text.
 * @param from bytes at the beginning that are not looked at
 */
export function lastLines(file: string, lines: number, from = 0): string[] {
  const handle = openSync(file, 'r')
  try {
    const { size } = fstatSync(handle)
    const buffer = Buffer.alloc(Math.max(0, Math.min(size - from, 16_384)))
    readSync(handle, buffer, 0, buffer.length, size - buffer.length)
    return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).map(readable)
  } finally {
    closeSync(handle)
  }
}

/** A line of a service's log as level and message, its error's own message after it; any other line as it is. */
export function readable(line: string): string {
  const entry = parseEntry(line)
  if (!entry) return line
  const cause = entry.error && !entry.message.includes(entry.error) ? `: ${entry.error}` : ''
  return `${entry.level} ${entry.message}${cause}`
}

export interface Entry {
  level: string
  message: string
  error: string | undefined
}

export function parseEntry(line: string): Entry | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: unknown
      msg?: unknown
      err?: { message?: unknown }
    }
    if (typeof level !== 'string' || typeof msg !== 'string') return undefined
    return { level, message: msg, error: typeof err?.message === 'string' ? err.message : undefined }
  } catch {
    return undefined
  }
}

import { type DestinationStream, type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** Fields whose values never reach a log, at the top or one level down (req.headers and such). */
const SECRET = [
  'authorization',
  'Authorization',
  'writeKey',
  'secretKey',
  'secret',
  'password',
  'token',
  'cookie',
  '["x-write-key"]',
  'HOTLEAD_SECRET',
]
const PATHS = SECRET.flatMap(name => {
  const dot = name.startsWith('[') ? '' : '.'
  return [name, `*${dot}${name}`, `*.*${dot}${name}`]
})

/** Bytes of lines that wait while standard output takes nothing; what comes beyond them is dropped. */
const MAX_WAITING = 1024 * 1024

/** One of a process: what waits must not end up in the middle of another's line. */
let standardOutput: DestinationStream | undefined

/**
 * Standard output, line by line. Where it cannot be written, a full disk under it, lines wait for the next one that can:
 * pino's own destination makes an uncaught error of that.
 */
function output(): DestinationStream {
  if (standardOutput) return standardOutput
  const out = pino.destination({ dest: 1, sync: true, minLength: 1, maxLength: MAX_WAITING })
  out.on('error', () => {})
  // A line that is dropped tries to write what waits; by itself none is tried any more once there is no room for it.
  out.on('drop', () => out.flush())
  // Without its flushSync, which pino calls at each fatal: on a full disk it never returns (sonic-boom 4.2.1).
  standardOutput = { write: line => void out.write(line) }
  return standardOutput
}

/** JSON lines with ISO times; keys, passwords and authorization are redacted. */
export function logger(name: string, level = 'info', destination = output()): Logger {
  const options = {
    name,
    level,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: PATHS, censor: '[redacted]' },
  }
  return pino(options, destination)
}

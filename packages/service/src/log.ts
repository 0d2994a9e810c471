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

/** JSON lines with ISO times; keys, passwords and authorization are redacted. */
export function logger(name: string, level = 'info', destination?: DestinationStream): Logger {
  const options = {
    name,
    level,
    base: { name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: PATHS, censor: '[redacted]' },
  }
  return destination ? pino(options, destination) : pino(options)
}

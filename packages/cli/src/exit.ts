/** Exit codes of every command; `hotlead --help` lists them. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  /** EX_UNAVAILABLE and EX_CONFIG of sysexits.h. */
  unavailable: 69,
  config: 78,
  interrupted: 130,
} as const

/** A refusal that a person reads: what is wrong, and what to do next. */
export class CliError extends Error {
  readonly exitCode: number
  readonly next: string | undefined
  constructor(exitCode: number, message: string, next?: string, cause?: unknown) {
    super(message, { cause })
    this.exitCode = exitCode
    this.next = next
  }
}

export function usage(message: string, next = 'Add --help for what it takes.'): CliError {
  return new CliError(EXIT.usage, message, next)
}

/** A command line that makes no sense, in one sentence that says what to do. */
export class UsageError extends Error {
  readonly code = 'usage'
}

export interface Program {
  /** @returns the exit status */
  run(): Promise<number>
  /** Ends everything that was started. */
  close(): Promise<void>
  /** For people; nothing that another program reads. */
  say(line: string): void
}

/**
 * Runs a program that starts others, to its end: status 64 for a wrong command line, 1 for any other error, and 128
 * and the signal's number for SIGINT and SIGTERM. Whatever ends it, what it started is ended first.
 */
export async function runProgram({ run, close, say }: Program): Promise<void> {
  /** Set once a signal came: what fails from then on fails because we are leaving. */
  let stopping = false
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.once(signal, async () => {
      stopping = true
      say('stopping')
      await close()
      process.exit(128 + number)
    })
  try {
    process.exitCode = await run()
    // Clients keep sockets and timers for a while; everything is written by now.
    process.stdout.write('', () => process.exit())
  } catch (error) {
    if (stopping) await new Promise(() => {})
    say(error instanceof UsageError ? error.message : ((error as Error).stack ?? String(error)))
    await close()
    process.exit(error instanceof UsageError ? 64 : 1)
  }
}

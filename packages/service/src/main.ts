import { logger } from './log.ts'

/**
 * Runs a service. An error that reaches this point is fatal: it is logged as one sentence with its causes, and the
 * process ends with the error's own `exitCode` (78: configuration), else 1.
 */
export async function main(name: string, run: () => Promise<void>): Promise<void> {
  const die = (error: unknown) => {
    const log = logger(name)
    const { problems } = (error ?? {}) as { problems?: readonly string[] }
    for (const problem of problems ?? []) log.error(problem)
    if (problems) log.fatal(`cannot start: ${problems.length} problem(s) in the configuration, named above`)
    else {
      // Not the error as it is: what HTTP clients hang on theirs has URLs and headers, and with them passwords.
      const { name, code, stack } = (error ?? {}) as { name?: string; code?: unknown; stack?: string }
      log.fatal({ type: name, code, stack }, fatalSentence(error))
    }
    process.exit((error as { exitCode?: number } | undefined)?.exitCode ?? 1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)
  try {
    await run()
  } catch (error) {
    die(error)
  }
}

/** The message and its causes in one line, each once. */
export function fatalSentence(error: unknown): string {
  const parts: string[] = []
  for (let e: unknown = error; e !== undefined && parts.length < 6; e = (e as { cause?: unknown }).cause) {
    const { message, code } = e as { message?: string; code?: unknown }
    const text = message || (code === undefined ? String(e) : String(code))
    if (!parts.some(p => p.includes(text))) parts.push(text)
    if (typeof e !== 'object' || e === null) break
  }
  return parts.join(': ')
}

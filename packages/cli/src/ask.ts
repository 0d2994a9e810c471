import { createInterface } from 'node:readline/promises'
import { CliError, EXIT, usage } from './exit.ts'

/** Whether somebody is there to be asked. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true
}

/** A question that is answered yes only by a y. */
export async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}

/**
 * Goes on only where a person agrees.
 * @param unchanged what is so where they do not
 * @throws CliError where they do not, and (usage) where nobody is there to be asked
 */
export async function agree(question: string, unchanged: string): Promise<void> {
  if (!canAsk())
    throw usage(`${question} Nobody is here to be asked. ${unchanged}`, 'Add --yes where it is meant.')
  if (!(await ask(question))) throw new CliError(EXIT.failed, unchanged, 'Run it again when you mean it.')
}

import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { CliError, EXIT } from '../exit.ts'
import type { Terminal } from '../terminal.ts'

/** Where the document goes. */
export interface Output {
  write(text: string): Promise<void>
  /** @param isWhole a file that is not is taken away */
  close(isWhole: boolean): void
}

export function toTerminal(terminal: Terminal): Output {
  return { write: text => terminal.text(text), close: () => {} }
}

/**
 * A new file that only its owner may read; it is made at once, so that nobody waits for what cannot be written.
 * @param force takes away what is there under its name, whoever may read that
 * @throws CliError where it is there already, or cannot be made
 */
export function toFile(path: string, force: boolean): Output {
  const file = made(path, force)
  return {
    async write(text) {
      const bytes = Buffer.from(text)
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
    },
    close(isWhole) {
      closeSync(file)
      if (!isWhole) rmSync(path, { force: true })
    },
  }
}

function made(path: string, force: boolean): number {
  try {
    if (force) rmSync(path, { force: true })
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST')
      throw new CliError(
        EXIT.failed,
        `${path} is there already.`,
        'Name another file, or overwrite it with --force.',
        cause,
      )
    throw new CliError(
      code === 'ENOENT' ? EXIT.notFound : EXIT.failed,
      `${path} cannot be written (${code}).`,
      'Make its folder, or name another file.',
      cause,
    )
  }
}

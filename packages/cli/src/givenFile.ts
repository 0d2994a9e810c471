import { readFileSync } from 'node:fs'
import { CliError, EXIT } from './exit.ts'

/**
 * The bytes of a file that a command was given.
 * @param next what to give instead
 * @throws CliError (not found) where there is none, (failed) where it cannot be read
 */
export function givenFile(file: string, next: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string }
    if (code === 'ENOENT') throw new CliError(EXIT.notFound, `There is no file ${file}.`, next, cause)
    throw new CliError(
      EXIT.failed,
      code === 'EISDIR' ? `${file} is a directory.` : `${file} cannot be read: ${message}.`,
      next,
      cause,
    )
  }
}

import { dirname } from 'node:path'
import { ConfigError } from '@hotlead/service'
import { fileStore, type SourceStore } from '@hotlead/sources'
import { CliError, EXIT } from '../exit.ts'

/** Sources in the file that HOTLEAD_SOURCES names: what is wrong with it is told of the file, not of the variable. */
export function sourcesFile(file: string): SourceStore {
  const store = fileStore(file)
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw refused(store.place, error)
    }
  }
  return {
    ...store,
    read: () => told(store.read()),
    write: (settings, over) => told(store.write(settings, over)),
  }
}

function refused(path: string, error: unknown): unknown {
  if (error instanceof ConfigError)
    return new CliError(
      EXIT.config,
      `${error.problems.join('\n')}.`,
      'HOTLEAD_SOURCES names this file: correct it. Ingestors that run go on with what it said before.',
      error,
    )
  const { code, message, syscall } = error as NodeJS.ErrnoException
  if (syscall === undefined) return error
  const next = 'HOTLEAD_SOURCES must name a file that can be read and written, in a folder that is there.'
  if (code === 'ENOENT')
    return new CliError(
      EXIT.config,
      `There is no folder ${dirname(path)}.`,
      `${next} Nothing was made.`,
      error,
    )
  return new CliError(
    EXIT.config,
    code === 'EISDIR' ? `${path} is a directory.` : `${path} cannot be used: ${message}.`,
    next,
    error,
  )
}

import { readFileSync } from 'node:fs'
import { type Problem, parseModel } from '@hotlead/model'
import { CliError, EXIT } from './exit.ts'
import { printable, type Terminal } from './terminal.ts'

/** @throws CliError (not found) where the file cannot be read */
export function readModelFile(file: string): {
  source: string
  parsed: ReturnType<typeof parseModel>
} {
  try {
    const source = readFileSync(file, 'utf8')
    return { source, parsed: parseModel(source) }
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string }
    throw new CliError(
      code === 'ENOENT' ? EXIT.notFound : EXIT.failed,
      code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read: ${message}.`,
      'Give the path of a scoring model in YAML, such as models/default.yaml.',
      cause,
    )
  }
}

/** Every problem with its place. @throws CliError (failed) that counts them */
export function refuseModel(file: string, problems: readonly Problem[], terminal: Terminal): never {
  if (terminal.json) terminal.value({ ok: false, problems })
  else
    for (const p of problems) {
      const place = terminal.style('bold', `${file}:${p.line}:${p.column}`)
      terminal.line(`${place}  ${p.path === '' ? '' : `${printable(p.path)}: `}${printable(p.message)}`)
    }
  throw new CliError(
    EXIT.failed,
    `${file} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}.`,
  )
}

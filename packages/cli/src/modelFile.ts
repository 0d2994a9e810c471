import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Parsed, type Problem, parseModel, printModel } from '@hotlead/model'
import { counted } from './counted.ts'
import { CliError, EXIT } from './exit.ts'
import { printable, type Terminal } from './terminal.ts'

/** Bytes of a model: the shipped one has 3 KB, and Kafka takes about 1 MB in a record. */
const MAX_BYTES = 1_000_000
/** Problems that people are shown: the first ones cause most of the others. */
const SHOWN = 20
const NEXT = 'Give the path of a scoring model in YAML, such as models/default.yaml.'

/** @throws CliError (not found) where there is no file, (failed) where it cannot be read or cannot be a model */
export function readModelFile(file: string): {
  source: string
  parsed: Parsed
} {
  const source = read(file)
  if (source.trim() === '') throw new CliError(EXIT.failed, `${file}: the file is empty.`, NEXT)
  return { source, parsed: parseModel(source, { file, files: beside }) }
}

/** A model's text that stands by itself: the files that it extends are not there where it is read again. */
export function wholeText(source: string, parsed: Extract<Parsed, { ok: true }>): string {
  return parsed.extended.length === 0 ? source : printModel(parsed.content)
}

/** What a model extends is named by its path from the folder of the file that names it. */
function beside(name: string, from: string): { file: string; source: string } | undefined {
  const file = join(dirname(from), name)
  return existsSync(file) ? { file, source: read(file) } : undefined
}

function read(file: string): string {
  try {
    const found = statSync(file)
    if (found.isDirectory()) throw new CliError(EXIT.failed, `${file} is a directory.`, NEXT)
    if (found.size > MAX_BYTES) throw tooLarge(file, found.size)
    const bytes = readFileSync(file)
    // A pipe has no size before it is read.
    if (bytes.length > MAX_BYTES) throw tooLarge(file, bytes.length)
    return bytes.toString('utf8')
  } catch (cause) {
    if (cause instanceof CliError) throw cause
    const { code, message } = cause as { code?: string; message: string }
    throw new CliError(
      code === 'ENOENT' ? EXIT.notFound : EXIT.failed,
      code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read: ${message}.`,
      NEXT,
      cause,
    )
  }
}

function tooLarge(file: string, bytes: number): CliError {
  return new CliError(
    EXIT.failed,
    `${file} has ${bytes.toLocaleString('en')} bytes, and a model has at most ${MAX_BYTES.toLocaleString('en')}.`,
    NEXT,
  )
}

/** The problems with their places: the first 20, as JSON all. @throws CliError (failed) that counts them */
export function refuseModel(file: string, problems: readonly Problem[], terminal: Terminal): never {
  if (terminal.json) terminal.value({ ok: false, problems })
  else {
    for (const p of problems.slice(0, SHOWN)) {
      const place = terminal.style('bold', `${p.file}:${p.line}:${p.column}`)
      terminal.line(`${place}  ${p.path === '' ? '' : `${printable(p.path)}: `}${printable(p.message)}`)
    }
    if (problems.length > SHOWN) terminal.line(`and ${problems.length - SHOWN} more`)
  }
  throw new CliError(EXIT.failed, `${file} has ${counted(problems.length, 'problem')}.`)
}

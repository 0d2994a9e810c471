import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError, EXIT } from '../exit.ts'

/** How far a file is sent. Written after every batch that the edge has acknowledged. */
export interface SendingState {
  /** Of the file's text. */
  digest: string
  /** ms since 1970 */
  startedAt: number
  /** The edge has acknowledged the events of all lines up to this one. */
  lines: number
  finishedAt: number | undefined
}

/** `startedAt` and the line's number make each event's id. */
export interface ReplayState extends SendingState {
  /** ms between the log's time and ours. */
  shift: number
}

/** Beside the local installation's data: where that is thrown away, what was sent into it is forgotten too. */
const FOLDER = fileURLToPath(new URL('../../../../.hotlead/', import.meta.url))

/** One file per log, edge and key: the same log may go into several installations. @param folder below .hotlead/, or any other */
export function statePath(digest: string, url: string, key: string, folder = 'replay'): string {
  const name = createHash('sha256').update(`${digest}\n${url}\n${key}`).digest('hex').slice(0, 16)
  return resolve(FOLDER, folder, `${name}.json`)
}

/** The state of this very file, whose `numbers` must be there; undefined where there is none. @throws CliError where it is another's */
export function loadState<S extends SendingState>(
  path: string,
  digest: string,
  numbers: readonly (keyof S)[] = [],
): S | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  try {
    const state = JSON.parse(text) as S
    const all = [state.startedAt, state.lines, ...numbers.map(n => state[n])]
    if (state.digest === digest && all.every(Number.isFinite))
      return { ...state, finishedAt: state.finishedAt ?? undefined }
  } catch {}
  throw new CliError(
    EXIT.failed,
    `${path} is not the state of this file.`,
    'Take another file for --state, or --again to begin anew.',
  )
}

/** Whole or not at all: a crash leaves the state before it. */
export function saveState(path: string, state: SendingState): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, JSON.stringify(state))
    renameSync(`${path}.new`, path)
  } catch (cause) {
    throw new CliError(
      EXIT.failed,
      `How far it is cannot be written to ${path}: ${(cause as Error).message}.`,
      'Name a place that can be with --state.',
      cause,
    )
  }
}

import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError, EXIT } from '../exit.ts'

/** How far a replay is. Written after every batch that the edge has acknowledged. */
export interface ReplayState {
  /** Of the log's text. */
  digest: string
  /** When the replay began; with the line's number it makes each event's id. */
  startedAt: number
  /** ms between the log's time and ours. */
  shift: number
  /** Lines whose events the edge has acknowledged. */
  lines: number
  finishedAt: number | undefined
}

/** Beside the local installation's data: where that is thrown away, what was replayed into it is forgotten too. */
const FOLDER = fileURLToPath(new URL('../../../../.hotlead/replay/', import.meta.url))

/** One file per log, edge and key: the same log may go into several installations. */
export function statePath(digest: string, url: string, key: string): string {
  const name = createHash('sha256').update(`${digest}\n${url}\n${key}`).digest('hex').slice(0, 16)
  return join(FOLDER, `${name}.json`)
}

/** The state of this very log; undefined where there is none that can be read. */
export function loadState(path: string, digest: string): ReplayState | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
  try {
    const state = JSON.parse(text) as ReplayState
    if (state.digest === digest && [state.startedAt, state.shift, state.lines].every(Number.isFinite))
      return { ...state, finishedAt: state.finishedAt ?? undefined }
  } catch {}
  throw new CliError(
    EXIT.failed,
    `${path} is not the state of a replay of this log.`,
    'Take another file for --state, or --again to begin anew.',
  )
}

/** Whole or not at all: a crash leaves the state before it. */
export function saveState(path: string, state: ReplayState): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(`${path}.new`, JSON.stringify(state))
    renameSync(`${path}.new`, path)
  } catch (cause) {
    throw new CliError(
      EXIT.failed,
      `The state of the replay cannot be written to ${path}: ${(cause as Error).message}.`,
      'Name a file that can be with --state FILE.',
      cause,
    )
  }
}

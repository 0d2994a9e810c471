import { basename } from 'node:path'
import { type CliConfig, ingestorUrl } from '../config.ts'
import { fileEvents } from '../fileEvent.ts'
import { type LookedThrough, linesOf } from '../replay/lines.ts'
import { lockState } from '../replay/lock.ts'
import { number } from '../replay/progress.ts'
import { loadState, type SendingState, saveState, statePath } from '../replay/state.ts'
import { timeText } from '../times.ts'
import { Acknowledged } from './acknowledged.ts'
import { type ImportTally, sendLines } from './sendLines.ts'

/** Beyond `lines` these are acknowledged too, as first and last of each row of them. */
interface ImportState extends SendingState {
  beyond: [number, number][]
}

export interface ImportFileOptions {
  file: string
  looked: LookedThrough
  config: CliConfig
  /** Sends all of it, whatever was sent before. */
  again: boolean
  /** Of the state; undefined: the usual one. */
  folder: string | undefined
  parallel: number
  /** Resolves when they are taken; false: stopped. */
  send(events: Record<string, unknown>[]): Promise<boolean>
  bad(line: number, problem: string): void
  /** Events of all lines up to this one are acknowledged. */
  onProgress(lines: number, tally: ImportTally): void
  note(text: string): void
  signal: AbortSignal
}

export interface Imported extends ImportTally {
  file: string
  /** Whether nothing was sent, because all of it had been. */
  wasDone: boolean
  /** Whether all of it is sent now. */
  isWhole: boolean
  state: string
}

/** Sends what the file's state says is missing. Only one at a time for a state. @throws CliError */
export async function importFile(o: ImportFileOptions): Promise<Imported> {
  const { file, looked, config, note } = o
  const path = statePath(looked.digest, ingestorUrl(config), config.HOTLEAD_KEY, o.folder ?? 'import')
  const release = lockState(path)
  try {
    const before = o.again ? undefined : loadState<ImportState>(path, looked.digest)
    const { finishedAt } = before ?? {}
    const acknowledged = new Acknowledged(before?.lines, before?.beyond)
    const state = { digest: looked.digest, startedAt: before?.startedAt ?? Date.now() }
    const save = (finishedAt?: number) =>
      saveState(path, {
        ...state,
        lines: acknowledged.lines,
        beyond: acknowledged.ranges,
        finishedAt,
      } as ImportState)
    if (finishedAt !== undefined)
      note(`${basename(file)} was imported on ${timeText(finishedAt)}: nothing is sent twice (--again does).`)
    else {
      if (acknowledged.lines > 0)
        note(
          `${basename(file)}: going on after line ${number(acknowledged.lines)} of ${number(looked.lines)}.`,
        )
      // Before the first event: where it cannot be written, an interruption could not be made good.
      save()
    }
    const tally = await sendLines({
      lines: linesOf(file),
      read: fileEvents('import', config.HOTLEAD_SECRET),
      acknowledged,
      parallel: o.parallel,
      send: o.send,
      bad: o.bad,
      done(tally) {
        if (finishedAt === undefined) save()
        o.onProgress(acknowledged.lines, tally)
      },
      isStopped: () => o.signal.aborted,
    })
    const isWhole = acknowledged.lines >= looked.lines
    if (isWhole && finishedAt === undefined) save(Date.now())
    return { file, ...tally, wasDone: finishedAt !== undefined, isWhole, state: path }
  } finally {
    release()
  }
}

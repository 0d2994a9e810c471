import type { Millis } from '@hotlead/model'
import type { Log, LogCounts, Recorded } from '@hotlead/whatif'

/** What is to be read. */
export interface Question {
  workspace: string
  /** What came after it is not read. */
  to: Millis | undefined
  /** @param part of it all, 0 to 1; undefined where that is not known @param done records or lines */
  onProgress(part: number | undefined, done: number): void
}

/** Where the records come from: the log as it is when it is opened, or a file of events. Reads only. */
export interface Source {
  /** May be asked for more than once: each reads it from its start. */
  log(question: Question): Log<Recorded>
  /** After it was folded: what a person should know of what was read. */
  notes(folded: LogCounts): string[]
  close(): Promise<void>
}

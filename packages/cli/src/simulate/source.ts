import type { Millis, Model } from '@hotlead/model'
import type { Simulated } from '@hotlead/whatif'

/** What a simulation is asked for. */
export interface Question {
  models: readonly Model[]
  workspace: string
  /** Moves before it are history. */
  from: Millis | undefined
  /** What came after it is not read. */
  to: Millis | undefined
  /** @param part of it all, 0 to 1; undefined where that is not known @param done records or lines */
  onProgress(part: number | undefined, done: number): void
}

/** Where the records come from: the log, or a file of events. Reads only. */
export interface Source {
  simulate(question: Question): Promise<Simulated>
  /** After it: what a person should know of what was read. */
  notes(simulated: Simulated): string[]
  close(): Promise<void>
}

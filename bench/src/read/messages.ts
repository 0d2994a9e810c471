import type { Answers } from './answers.ts'

/** What the reading process is told first. */
export interface ReadOrder {
  /** Environment of the command line. */
  env: Record<string, string>
  /** Leads that nothing more happens to, by their subjects. */
  subjects: string[]
  /** All of them are asked for as of this time (ms since 1970), so that a right answer is the same at any time. */
  at: number
  partitions: number
}

/** `baseline` is sent once every lead has been asked for; `answers` after each `tell`. */
export type ReadMessage =
  | { kind: 'baseline'; hot: number; leads: number }
  | { kind: 'answers'; answers: Answers }
  | { kind: 'failed'; why: string }

/** Tells what was answered since the last time. */
export interface ReadTell {
  kind: 'tell'
}

import type { Options } from './options.ts'

/** Progress, one line at a time. */
export type Say = (line: string) => void

/** What every benchmark is given. */
export interface Context {
  options: Options
  say: Say
}

/** What every benchmark gives: one file in bench/out/, and one table in the README. */
export interface Result {
  /** Name of the file: the benchmark and what tells its runs apart. */
  name: string
  benchmark: string
  title: string
  columns: string[]
  rows: (string | number)[][]
  /** Sentences under the table: what the run adds to the figures, or takes from them. */
  notes: string[]
  /** Everything measured, for programs. */
  data: unknown
}

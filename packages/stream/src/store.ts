import type { Millis } from './processor.ts'

/** Where a partition stands. Written in the same step as the state it describes. */
export interface Position {
  /** Names the owner that may write. */
  token: string
  /** Offset of the next source record; undefined: there is no state yet, or a rebuild was cut short. */
  next: number | undefined
  clock: Millis
  /** Per own output topic, the end up to which its records are known to this state. */
  outputs: Readonly<Record<string, number>>
  /** While `next` is below it, readers must say that the state is being rebuilt. */
  rebuildUntil: number
}

export interface Entry {
  key: string
  /** undefined: the key is gone. */
  state: Buffer | undefined
  /** null clears the timer, undefined leaves it as it is. */
  wakeAt: Millis | null | undefined
  index: { name: string; value: number } | undefined
  /** The index the key was in before, where that may be another. */
  indexBefore: string | undefined
}

export interface Commit {
  token: string
  /** What `next` must be for the commit to count. */
  expected: number | undefined
  next: number
  clock: Millis
  outputs: Readonly<Record<string, number>>
  entries: readonly Entry[]
  rebuildUntil?: number
}

/** The state of one processor's one partition. Everything but `claim` is refused to all but the claim's holder. */
export interface Store {
  claim(token: string): Promise<void>
  position(): Promise<Position | undefined>
  read(keys: readonly string[]): Promise<(Buffer | undefined)[]>
  timers(): AsyncIterable<{ key: string; due: Millis }[]>
  entries(): AsyncIterable<{ key: string; state: Buffer }[]>
  /** Writes entries and position together. False: the position or the token is no longer this owner's. */
  commit(commit: Commit): Promise<boolean>
  /** Empties the partition; `next` is unknown afterwards. */
  wipe(token: string, rebuildUntil: number): Promise<boolean>
  /** Writes entries and leaves the position as it is. */
  write(token: string, entries: readonly Entry[]): Promise<boolean>
}

import type { Millis } from './processor.ts'

/** Which log a state was folded from. The id of either is made anew with each creation; '' where it is not told. */
export interface Identity {
  cluster: string
  /** Ids by topic: the source and the own output topics. */
  topics: Readonly<Record<string, string>>
}

/** Where a partition stands. Written in the same step as the state it describes. */
export interface Position {
  /** Offset of the next source record; undefined: there is no state yet, or a rebuild was cut short. */
  next: number | undefined
  /** While there is no `next`: the one of the state that a rebuild has emptied; undefined where there was none. */
  folded: number | undefined
  clock: Millis
  /** Per own output topic, the end up to which its records are known to this state. */
  outputs: Readonly<Record<string, number>>
  /** Up to this source offset every output is in the changelog already, though `next` may lie before it; −1: none. */
  announced: number
  /** While `next` is below it, readers must say that the state is being rebuilt. */
  rebuildUntil: number
  /** undefined: nobody has folded anything yet, or a version that did not keep it has. */
  log: Identity | undefined
  /** Source records that were gone before they were folded, and that a person has decided to go on without. */
  losses: readonly Loss[]
}

/** Whether what a state says is not all that it said before. */
export function isRebuilding(position: Position | undefined): boolean {
  return position !== undefined && (position.next === undefined || position.next < position.rebuildUntil)
}

/** Source offsets from `from` on, and before `to`. */
export interface Loss {
  from: number
  to: number
  /** When it was decided, in ms since 1970. */
  at: Millis
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
  next: number
  clock: Millis
  outputs: Readonly<Record<string, number>>
  announced: number
  entries: readonly Entry[]
}

/** The state of one processor's one partition. */
export interface Store {
  /** The position, whoever owns it; undefined where nobody ever did. */
  peek(): Promise<Position | undefined>
  /** Takes the partition: every earlier session is refused from here on. Any number of times is the same as once. */
  claim(): Promise<Session>
}

/**
 * One owner's hold on the state. Redis holds a *stamp*: the owner's token and the number of its last write. Every
 * script, also one that only reads, compares it, and every write replaces it by the next. So a command that arrives
 * twice, an owner that was overtaken, and a Redis that fell back to any earlier state are all told apart; what compares
 * the token or the position alone fails in one of these (findings 18 to 21 of `model-check`).
 * Every method @throws OwnershipLostError where the stamp is not this session's last.
 */
export interface Session {
  /** Names the owner. */
  readonly token: string
  /** The position, the first time after `claim`; it is a write, so that a late copy of the claim fits no more. */
  position(): Promise<Position>
  read(keys: readonly string[]): Promise<(Buffer | undefined)[]>
  timers(): AsyncIterable<{ key: string; due: Millis }[]>
  entries(): AsyncIterable<{ key: string; state: Buffer }[]>
  /** Writes entries and position together. */
  commit(commit: Commit): Promise<void>
  /** Writes entries and leaves the position as it is. */
  write(entries: readonly Entry[]): Promise<void>
  /** Says which log the state is of; it stays through a wipe. */
  identify(log: Identity): Promise<void>
  /** Empties the partition; `next` is unknown afterwards, and kept as `folded`. */
  wipe(rebuildUntil: number): Promise<void>
}

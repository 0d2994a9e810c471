/** Milliseconds since 1970, by the log's clock. */
export type Millis = number

/** What the kernel itself must know of a key's state. */
export interface KeyState {
  /** Offset of the last source record folded into this key. */
  offset: number
  /** When the key wants to be woken without a record: a whole second. */
  wakeAt?: Millis | null
}

/** One decoded source record. */
export interface Input<In> {
  key: string
  offset: number
  /** The broker's timestamp. */
  timestamp: Millis
  value: In
}

/** How a record moves time: the whole partition's clock, or only its own key's timers. */
export type Time = { partition: Millis } | { own: Millis }

export interface Context<State> {
  /** Offset of the record being folded, or of the one that moved the clock. */
  offset: number
  clock: Millis
  /** State of the partition as a whole (key `#`). */
  partition: State | undefined
}

/** What one step gives. `state` identical to what came in means: nothing changed. */
export interface Step<State, Own> {
  state: State | undefined
  /** Records for the processor's own changelog, in order. */
  own?: Own[]
  /** Records for other keys, sent on through the source topic. They may repeat: the receiver must tell. */
  elsewhere?: { key: string; value: unknown }[]
}

/**
 * A pure fold of one partition: no I/O, no wall clock, no randomness. `Own` is what it writes to its changelog, the
 * topic it is rebuilt from.
 */
export interface Processor<State extends KeyState, In, Own> {
  readonly name: string
  time(record: Input<In>): Time
  fold(key: string, state: State | undefined, record: Input<In>, context: Context<State>): Step<State, Own>
  /** A timer that this key set earlier. It must move `wakeAt` beyond `due`, or clear it. */
  wake(key: string, state: State, due: Millis, context: Context<State>): Step<State, Own>
  /** State of a key after a record of its own changelog that it may not have seen. */
  adopt(key: string, state: State | undefined, own: Own): State
  /** Source offset that a changelog record names. */
  sourceOf(own: Own): number

  /**
   * Set where the changelog does not hold the whole state. Up to the last announced source offset only facts are
   * folded, with the time at which the key must be judged.
   */
  note?(key: string, state: State | undefined, record: Input<In>, context: Context<State>): State | undefined

  /** Set where a changed key is published as a snapshot, once per key and second of the log. */
  snapshot?(key: string, state: State): { state: State; own: Own }
  /** With `snapshot`: the partition's state at the start of a new second. */
  mark?(partition: State | undefined, second: Millis, offset: number): State
  /** With `snapshot`: whether a record makes every key of the partition be published again, by `renew`. */
  isRenewal?(record: Input<In>): boolean
  renew?(key: string, state: State, record: Input<In>, context: Context<State>): State | undefined

  /** Where a reader finds the key without knowing it: an index name and a sort value. */
  index?(key: string, state: State): { name: string; value: number } | undefined
}

/** Key of what belongs to the partition and to no lead. */
export const PARTITION = '#'

export const SECOND: Millis = 1000

export function wholeSecond(t: Millis): Millis {
  return t - (t % SECOND)
}

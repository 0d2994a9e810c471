import type { NewRecord } from '@hotlead/kafka'

/** Bytes in and out of one processor. Decoding throws on bytes that it cannot read; the record is then a dead letter. */
export interface Wire<State, In, Own> {
  decode(value: Buffer): In
  decodeState(bytes: Buffer): State
  encodeState(state: State): Buffer
  decodeOwn(value: Buffer): Own
  ownRecord(key: string, own: Own): NewRecord
  elsewhereRecord(key: string, value: unknown): NewRecord
  /** A record that only moves the clock of a silent partition. */
  tickRecord?(owner: string): NewRecord
  /** Called when an owner has its partition to itself, before it reads any state: learns what states may refer to. */
  prepare?(): Promise<void>
  /** What to do about a decoding error that may pass (a schema not seen before). False: nothing, it is poison. */
  recover?(error: unknown): Promise<boolean>
}

/** A topic whose records each stand for one changelog record, published after it. */
export interface Projection<Own> {
  topic: string
  /** @param offset of the changelog record. undefined: this one is not projected */
  record(key: string, own: Own, offset: number): NewRecord | undefined
  /** The changelog offset that a projected record stands for. */
  offsetOf(value: Buffer): number
  /** Changelog records older than this (ms) are not projected any more: their announcements may have expired. */
  retention: number
}

/** Everything that makes a processor run on one source topic. */
export interface Topology<State, In, Own> {
  source: string
  changelog: string
  projection?: Projection<Own>
  wire: Wire<State, In, Own>
  /** Where folding starts after a rebuild: the source's start, or a minute before the newest snapshot's record. */
  refold: 'start' | 'overlap'
}

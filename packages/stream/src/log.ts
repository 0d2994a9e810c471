import type { LogRecord, NewRecord } from '@hotlead/kafka'
import type { Identity } from './store.ts'

/** Sends of one partition's owner. After any error it is done for. */
export interface Publisher {
  /** To the own partition of an output topic. @returns each record's offset */
  own(topic: string, records: readonly NewRecord[]): Promise<number[]>
  /** Into the source topic, each to its key's partition. */
  elsewhere(records: readonly NewRecord[]): Promise<void>
  /** Into this partition of the source topic. */
  tick(record: NewRecord): Promise<void>
  deadLetter(records: readonly NewRecord[]): Promise<void>
  close(): Promise<void>
}

/** One partition of the log, as its owner sees it: the source topic and its own output topics. */
export interface Log {
  /** Which log this is. @param outputs the own output topics */
  identity(outputs: readonly string[]): Promise<Identity>
  /** Takes the partition's outputs over: from its return on no earlier owner can write to them. */
  fence(): Promise<Publisher>
  /** Of the source topic: first offset that is still there, and the offset after the last record. */
  sourceBounds(): Promise<{ start: number; end: number }>
  /** End of an own output partition. */
  end(topic: string): Promise<number>
  read(topic: string, from: number, to: number): AsyncIterable<LogRecord[]>
  sourceOffsetAt(time: number): Promise<number | undefined>
  /** Name of the source topic. */
  readonly source: string
}

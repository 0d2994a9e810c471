import type { IHeaders, KafkaMessage } from 'kafkajs'

/** A record as read from one partition. */
export interface LogRecord {
  /** As text; '' where there is none. */
  key: string
  /** The very key, only where it is another than the text says: bytes that are no UTF-8, or null for none at all. */
  keyBytes?: Buffer | null
  value: Buffer | null
  headers: IHeaders | undefined
  offset: number
  /** ms since 1970 */
  timestamp: number
}

/** A record to be written to one partition. */
export interface NewRecord {
  key: string
  /** In the place of `key`, for a record that is written as it was read. */
  keyBytes?: Buffer | null
  value: Buffer | null
  headers?: IHeaders
}

/** What decoding puts in the place of bytes that are no UTF-8; also a character that a text may hold by itself. */
const REPLACEMENT = '\ufffd'

export function toRecord(message: KafkaMessage): LogRecord {
  const key = message.key === null ? '' : message.key.toString()
  const record: LogRecord = {
    key,
    value: message.value,
    headers: message.headers,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
  }
  // Kept where text cannot say it and nowhere else: 16,000 more buffers alive at a time would cost the scorer.
  if (message.key === null || key.includes(REPLACEMENT)) record.keyBytes = message.key
  return record
}

/** A record as kafkajs takes it. */
export function toMessage(record: NewRecord): Omit<NewRecord, 'key'> & { key: string | Buffer | null } {
  return record.keyBytes === undefined ? { ...record } : { ...record, key: record.keyBytes }
}

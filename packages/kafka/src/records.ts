import type { IHeaders, KafkaMessage } from 'kafkajs'

/** A record as read from one partition. */
export interface LogRecord {
  key: string
  value: Buffer | null
  headers: IHeaders | undefined
  offset: number
  /** ms since 1970 */
  timestamp: number
}

/** A record to be written to one partition. */
export interface NewRecord {
  key: string
  value: Buffer | null
  headers?: IHeaders
}

export function toRecord(message: KafkaMessage): LogRecord {
  return {
    key: message.key === null ? '' : message.key.toString(),
    value: message.value,
    headers: message.headers,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
  }
}

import type { AnyLetter } from '@hotlead/beacon'
import { splitKey } from '@hotlead/contracts'
import type { LogRecord } from '@hotlead/kafka'
import type { Position } from './position.ts'

/** What stands with a letter, wherever it was written. */
export interface Letter extends Position {
  /** When it was written, ms since 1970. */
  at: number
  reason: string
  detail: string
  step: string
  /** '' where the record's key names none. */
  workspace: string
  /** What the key says after the workspace: visitor, lead, or `?` where nobody is named. */
  subject: string
  /** Of the edge's letters; else undefined. */
  source: string | undefined
  /** Where the record was that scorer or tiering could not read; undefined for the edge's. */
  origin: (Position & { topic: string }) | undefined
  /** Of key, value and headers. */
  bytes: number
}

/** The same with all that is in it. */
export interface WholeLetter extends Letter {
  record: LogRecord
  /** As text, the first of each name. */
  headers: Readonly<Record<string, string>>
}

/** @param record of `dead-letter`, no note */
export function letterOf(partition: number, record: LogRecord): WholeLetter {
  const headers = textsOf(record)
  const { key, offset, timestamp } = record
  const { workspace, subject } = key.includes('/') ? splitKey(key) : { workspace: '', subject: key }
  const topic = headers['dlq-topic']
  return {
    partition,
    offset,
    at: timestamp,
    reason: headers['dlq-reason'] ?? '',
    detail: headers['dlq-detail'] ?? '',
    step: headers['dlq-step'] ?? '',
    workspace,
    subject,
    source: headers['dlq-source'],
    origin:
      topic === undefined
        ? undefined
        : { topic, partition: Number(headers['dlq-partition']), offset: Number(headers['dlq-offset']) },
    bytes: sizeOf(record),
    record,
    headers,
  }
}

/** As the edge's own rules take it. */
export function anyLetter({ record: { key, value }, headers }: WholeLetter): AnyLetter {
  return { key, value, headers }
}

/** What a list needs: without the record, some 400 bytes. */
export function withoutRecord({ record, headers, ...letter }: WholeLetter): Letter {
  return letter
}

function textsOf({ headers = {} }: LogRecord): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]),
  )
}

function sizeOf({ key, value, headers = {} }: LogRecord): number {
  let size = Buffer.byteLength(key) + (value?.length ?? 0)
  for (const [name, values] of Object.entries(headers))
    for (const one of [values].flat()) size += name.length + Buffer.byteLength(one ?? '')
  return size
}

import { crc32 } from 'node:zlib'
import type { NewRecord } from '../sink.ts'

/** Length and CRC-32 of what follows. */
const HEAD = 8
/** Lengths of topic, key and headers. */
const LENGTHS = 8
/** No record is near it: a length beyond is the rubbish of a torn write. */
const MAX_FRAME = 16 * 1024 * 1024

/** A record as the spool holds it: `length, crc, lengths of topic, key and headers, topic, key, headers, value`. */
export function frame(record: NewRecord): Buffer {
  const topic = Buffer.byteLength(record.topic)
  const key = Buffer.byteLength(record.key)
  const headers = record.headers ? JSON.stringify(record.headers) : ''
  const headerBytes = Buffer.byteLength(headers)
  const length = LENGTHS + topic + key + headerBytes + record.value.length
  const bytes = Buffer.allocUnsafe(HEAD + length)
  bytes.writeUInt32BE(length, 0)
  bytes.writeUInt16BE(topic, HEAD)
  bytes.writeUInt16BE(key, HEAD + 2)
  bytes.writeUInt32BE(headerBytes, HEAD + 4)
  let at = HEAD + LENGTHS
  at += bytes.write(record.topic, at)
  at += bytes.write(record.key, at)
  at += bytes.write(headers, at)
  record.value.copy(bytes, at)
  bytes.writeUInt32BE(crc32(bytes.subarray(HEAD)), 4)
  return bytes
}

export interface Framed {
  record: NewRecord
  /** Of its frame, in the bytes that were given. */
  end: number
}

/**
 * The frame that begins at `at`: `short` where more bytes are needed than are there, `torn` where they can be no frame.
 * What was being written when the process or the machine died is one or the other.
 */
export function unframe(bytes: Buffer, at: number): Framed | 'short' | 'torn' {
  if (bytes.length - at < HEAD) return 'short'
  const length = bytes.readUInt32BE(at)
  if (length < LENGTHS || length > MAX_FRAME) return 'torn'
  const end = at + HEAD + length
  if (end > bytes.length) return 'short'
  const body = bytes.subarray(at + HEAD, end)
  if (crc32(body) !== bytes.readUInt32BE(at + 4)) return 'torn'
  const topicEnd = LENGTHS + body.readUInt16BE(0)
  const keyEnd = topicEnd + body.readUInt16BE(2)
  const headersEnd = keyEnd + body.readUInt32BE(4)
  const record: NewRecord = {
    topic: body.toString('utf8', LENGTHS, topicEnd),
    key: body.toString('utf8', topicEnd, keyEnd),
    value: body.subarray(headersEnd),
  }
  if (headersEnd > keyEnd) record.headers = JSON.parse(body.toString('utf8', keyEnd, headersEnd))
  return { record, end }
}

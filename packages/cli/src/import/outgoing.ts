import { createHash } from 'node:crypto'
import { isTime, MAX_EVENT_BYTES } from '@hotlead/beacon'
import type { FileEvent } from '../fileEvent.ts'

/** An event as it is sent, and the keys of all that it is about. */
export type Outgoing = { event: Record<string, unknown>; about: string[] } | { problem: string }

/**
 * What a line is sent as. Its time is worked out here, from the times that it names: by the edge's clock its `sentAt`, of long
 * ago, would look like a client whose clock is wrong, and move it to today. Without an id of its own it has one that is the same each time.
 * @param line its number, from 1 @param text as it stands in the file
 */
export function outgoing(said: FileEvent, line: number, text: string): Outgoing {
  if ('problem' in said) return said
  const { identified } = said
  if (!isTime(identified.at)) return { problem: 'timestamp: must be a time of the years 0 to 9999' }
  const { sentAt, receivedAt, originalTimestamp, ...event } = said.event
  event.timestamp = new Date(identified.at).toISOString()
  if (event.messageId === undefined || event.messageId === null || event.messageId === '')
    event.messageId = idOf(line, text)
  const size = Buffer.byteLength(JSON.stringify(event))
  if (size > MAX_EVENT_BYTES) return { problem: `must be at most ${MAX_EVENT_BYTES} bytes, is ${size}` }
  const { key, links } = identified
  return { event, about: [key, ...links.map(l => l.key)] }
}

/**
 * Of the line and where it stands: the same line twice in a file is two events, and one file under two names, or grown since,
 * is the same events. 132 bits.
 */
export function idOf(line: number, text: string): string {
  return createHash('sha256').update(`${line}\n${text}`).digest('base64url').slice(0, 22)
}

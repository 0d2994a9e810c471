import { bytesJson } from '../dlq/bytesText.ts'
import type { WholeLetter } from '../dlq/letter.ts'
import { eventOf } from './letterAbout.ts'

/** A member of JSON that holds a key by which events are sent, as SDKs call it. */
const KEY_IN_BODY = /("(?:writeKey|write_key|apiKey|api_key)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi

/**
 * A dead letter as its person is given it: the bytes that came, without the sender's key. Of what was one of several in the
 * same bytes, an envelope for several recipients, only its own event.
 */
export function letterEntry(letter: WholeLetter) {
  const { record, partition, offset, at, subject } = letter
  const headers = Object.entries(record.headers ?? {}).map(([name, values]) => [
    name,
    [values].flat().map(one => bytesJson(Buffer.from(one ?? ''))),
  ])
  return {
    partition,
    offset,
    at: new Date(at).toISOString(),
    subject,
    headers: Object.fromEntries(headers),
    ...('dlq-part' in letter.headers ? { event: eventOf(letter)?.events[0] ?? null } : bytesIn(record.value)),
  }
}

function bytesIn(value: Buffer | null) {
  const bytes = value && bytesJson(value)
  if (!bytes || !('text' in bytes)) return { value: bytes }
  const text = bytes.text.replace(KEY_IN_BODY, '$1"(left out)"')
  return text === bytes.text ? { value: bytes } : { value: { text }, keyLeftOut: true }
}

import { bytesJson } from '../dlq/bytesText.ts'
import type { WholeLetter } from '../dlq/letter.ts'
import { messageIn } from '../dlq/letterAbout.ts'

/** A member of JSON that holds a key by which events are sent, as SDKs call it. */
const KEY_IN_BODY = /("(?:writeKey|write_key|apiKey|api_key)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi

/** Formats of mail providers whose bytes may have the addresses of a mail's other recipients. */
const NAMES_OTHERS = ['ses', 'mailgun']

/**
 * A dead letter as its person is given it: the bytes that came, without the sender's key. What a mail provider tells of one
 * recipient may have the others in its bytes: then it is the event in our own words, or null where it could not be read.
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
    ...(namesOthers(letter) ? { event: messageIn(letter)?.message ?? null } : bytesIn(record.value)),
  }
}

function namesOthers({ headers }: WholeLetter): boolean {
  return 'dlq-part' in headers || NAMES_OTHERS.includes(headers['dlq-format'] ?? '')
}

function bytesIn(value: Buffer | null) {
  const bytes = value && bytesJson(value)
  if (!bytes || !('text' in bytes)) return { value: bytes }
  const text = bytes.text.replace(KEY_IN_BODY, '$1"(left out)"')
  return text === bytes.text ? { value: bytes } : { value: { text }, keyLeftOut: true }
}

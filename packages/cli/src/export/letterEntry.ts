import { isObject, messageIn } from '@hotlead/beacon'
import { bytesJson } from '../dlq/bytesText.ts'
import { anyLetter, type WholeLetter } from '../dlq/letter.ts'

/** A member of JSON that holds a key by which events are sent, as SDKs call it. */
const KEY_IN_BODY = /("(?:writeKey|write_key|apiKey|api_key)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi

/** Formats of mail providers whose bytes may have the addresses of a mail's other recipients. */
const NAMES_OTHERS = ['ses', 'mailgun']

/**
 * Of a form that names a colleague each of the two is given their part: `all` where it names nobody else. `unknown`: addresses
 * of several people stand in bytes that nobody could read.
 */
export type Whose = 'all' | 'subject' | 'sender' | 'unknown'

/**
 * A dead letter as its person is given it: the bytes that came, without the sender's key. What a mail provider tells of one
 * recipient may have the others in its bytes, and a form that names a colleague has two people: then it is the event in our own
 * words, or null where it could not be read.
 */
export function letterEntry(letter: WholeLetter, whose: Whose = 'all') {
  const { record, partition, offset, at, subject } = letter
  const headers = Object.entries(record.headers ?? {})
    .filter(([name]) => whose !== 'subject' || name !== 'dlq-shared')
    .map(([name, values]) => [name, [values].flat().map(one => bytesJson(Buffer.from(one ?? '')))])
  return {
    partition,
    offset,
    at: new Date(at).toISOString(),
    subject,
    headers: Object.fromEntries(headers),
    ...(namesOthers(letter) || whose !== 'all' ? { event: partOf(letter, whose) } : bytesIn(record.value)),
  }
}

function partOf(letter: WholeLetter, whose: Whose) {
  const message = whose === 'unknown' ? undefined : messageIn(anyLetter(letter))?.message
  if (message === undefined) return null
  if (whose === 'all') return message
  const { properties, userId, traits, context, ...rest } = message
  if (whose === 'sender') return { ...rest, userId, traits, context }
  if (!isObject(context)) return { ...rest, properties }
  const { traits: _sender, ...around } = context
  return { ...rest, properties, context: around }
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

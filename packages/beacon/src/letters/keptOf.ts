import { isIPv4, isIPv6 } from 'node:net'
import { truncateAddress } from '../address.ts'
import type { Admitted } from '../beacon.ts'
import { isObject, json } from '../formats/json.ts'
import { OWN, ownBytes } from '../formats/own.ts'
import { MAX_EVENT_BYTES } from '../limits.ts'
import type { Bag } from '../messages.ts'
import { cleaned, cleanedJson } from '../privacy/cleaned.ts'
import { namesSecret, namesSecretInParts } from '../privacy/secretNames.ts'
import { unescaped } from './unescaped.ts'

/** What a dead letter may have of its event. */
export interface Kept {
  value: Buffer
  /** By which the value is read again. */
  format: string
  /** Of those that share its bytes. */
  part: number | undefined
  headers: Record<string, string>
}

/**
 * The event's very bytes, unless they have something that must not be written: a secret, a whole address, or, where the source
 * denies fields, anything at all, since bytes hold more than what is looked at. Then it is the event in our own shape, with
 * all of that taken out, as the log would have had it; and of what has no shape only JSON that is clean, or its length. What is
 * over the limit of an event is not cleaned: it cannot be sent again anyway, and is kept only where nothing in it looks forbidden.
 */
export function keptOf(admitted: Admitted, index: number, message: Bag | undefined): Kept {
  const { beacon, source } = admitted
  const { deny } = source.privacy
  const bytes = Buffer.from(admitted.bytesOf(index))
  const [format, part] = [beacon.format.name, admitted.partOf?.(index)]
  const exact: Kept = { value: bytes, format, part, headers: {} }
  const leftOut: Kept = {
    value: Buffer.alloc(0),
    format,
    part,
    headers: { 'dlq-left-out': String(bytes.length) },
  }
  if (bytes.length > MAX_EVENT_BYTES)
    return deny.size > 0 || mayHold(bytes.toString(), true) ? leftOut : exact
  if (message) {
    const clean = cleaned(message, deny)
    if (deny.size === 0 && clean.taken === 0 && !mayHold(bytes.toString())) return exact
    const marks = beacon.format.marks?.(admitted.events[index]) ?? []
    const value = ownBytes(clean.message, marks)
    return { value, format: OWN.name, part: undefined, headers: { 'dlq-redacted': String(clean.taken) } }
  }
  if (deny.size > 0) return leftOut
  const read = json(bytes)
  if (read.kind !== 'ok') return mayHold(bytes.toString(), true) ? leftOut : exact
  const { value, taken } = cleanedJson(read.value)
  if (taken === 0 && !mayHold(bytes.toString())) return exact
  if (!isObject(value) && !Array.isArray(value)) return leftOut
  const text = JSON.stringify(value)
  if (mayHold(text)) return leftOut
  return { value: Buffer.from(text), format, part, headers: { 'dlq-redacted': String(taken) } }
}

/** What Snowplow's trackers pack, and others may: base64 of something. */
const PACKED = /[A-Za-z0-9+/_-]{16,}/g

/**
 * Text in what was unpacked, as long as what the shortest packed run holds. Ids look packed too, and of the noise that they
 * unpack to some letter before a bracket could begin a secret's name: without this one query in twelve with two ids lost its
 * bytes (3,065 of 200,000 ids; of 2,000,000 none with it).
 */
const TEXT = /[\t\n\r -~]{12,}/g

/**
 * Whether bytes have something in them that looks like a secret's name or a whole address, also packed or escaped.
 * @param inParts of bytes that nothing else looks through: also a name that is spread over levels
 */
function mayHold(text: string, inParts = false): boolean {
  const look = (text: string) => holds(text) || (inParts && namesSecretInParts(text))
  if (look(text)) return true
  if ((text.includes('%') || text.includes('\\u')) && look(unescaped(text))) return true
  for (const [run] of text.matchAll(PACKED)) {
    const unpacked = Buffer.from(run, 'base64').toString('latin1')
    if (holds(unpacked)) return true
    if (inParts) for (const [part] of unpacked.matchAll(TEXT)) if (namesSecretInParts(part)) return true
  }
  return false
}

/** A version behind a name (`Chrome/140.0.0.0`) is none. */
const IPV4 = /(?<![\d.]|[A-Za-z]\/)\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/g
const IPV6 = /(?<![0-9a-z:.])[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\.\d{1,3}){0,3}/gi

function holds(text: string): boolean {
  if (namesSecret(text)) return true
  for (const [found] of text.matchAll(IPV4))
    if (isIPv4(found) && truncateAddress(found) !== found) return true
  for (const [found] of text.matchAll(IPV6))
    if (isIPv6(found) && truncateAddress(found) !== found) return true
  return false
}

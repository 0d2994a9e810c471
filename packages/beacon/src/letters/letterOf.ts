import { randomUUID } from 'node:crypto'
import { isPlaceholder, keyOf, visitorSubject } from '@hotlead/contracts'
import { truncateAddress } from '../address.ts'
import type { Admitted } from '../beacon.ts'
import { isObject, type JsonObject } from '../formats/json.ts'
import { MAX_ID_CHARS } from '../limits.ts'
import type { DeadLetter, Refused } from '../outcome.ts'
import { addedDenied } from '../privacy/deny.ts'
import { optOutOf } from '../privacy/policy.ts'
import { sharedOf } from '../privacy/sharedOf.ts'
import { MAX_USER_AGENT } from '../steps/flag.ts'
import { keptOf } from './keptOf.ts'

/** The record of `dead-letter` that stands for one event. */
export interface Letter {
  key: string
  /** What `keptOf` says: the event's very bytes as they stood in the body, where nothing forbids it; of a packed body as it was unpacked. */
  value: Buffer
  headers: Record<string, string>
}

/** Characters of the sentences that say what is wrong. */
const MAX_DETAIL = 2_000
/** Characters of an origin: whether there was one is all that a retry looks at. */
const MAX_ORIGIN = 200
/**
 * Characters of JSON of what the request says beside its events. A batch of 5,000 bad events has it 5,000 times: 10 MB, in
 * a queue of 64 MiB. SDKs put only sentAt there, which takes 40.
 */
const MAX_SHARED = 2_000
/** Characters of JSON of names of an event and those that the models use. */
const MAX_NAMES = 2_500

/**
 * The dead letter of one event: what may be kept of it, with the reason, and with all that a retry must know of the
 * request; under the key of the lead where a signature has named it, else of the visitor where the event names one.
 * Headers take some 400 bytes, and at most about 8,000 characters.
 * @param step where it was found out @param id for the event, where it has none of its own
 */
export function letterOf(
  admitted: Admitted,
  index: number,
  step: string,
  { reason, problems }: Refused | DeadLetter,
  id: string = randomUUID(),
): Letter {
  const { beacon, source } = admitted
  const said = saidBy(admitted, index)
  const address = truncateAddress(beacon.address)
  const { value, format, part, headers } = keptOf(admitted, index, said)
  return {
    key: keyOf(source.workspace, beacon.lead ?? visitorOf(admitted, index, said)),
    value,
    headers: {
      'dlq-reason': reason,
      'dlq-detail': problems.join('; ').slice(0, MAX_DETAIL),
      'dlq-step': step,
      'dlq-timestamp': new Date(beacon.receivedAt).toISOString(),
      'dlq-source': source.name,
      'dlq-format': format,
      'dlq-id': id,
      ...(part === undefined ? {} : { 'dlq-part': String(part) }),
      'dlq-key-kind': source.secret ? 'secret' : 'write',
      ...(address === null ? {} : { 'dlq-address': address }),
      ...(beacon.userAgent === undefined
        ? {}
        : { 'dlq-user-agent': beacon.userAgent.slice(0, MAX_USER_AGENT) }),
      ...(beacon.origin === undefined ? {} : { 'dlq-origin': beacon.origin.slice(0, MAX_ORIGIN) }),
      ...headers,
      ...sharedBy(admitted),
      ...privacyOf(admitted),
      ...namesOf(admitted, said),
    },
  }
}

type Said = JsonObject | undefined

/** The event in our shape, unchecked; undefined where it cannot be put into it. */
function saidBy({ beacon, events }: Admitted, index: number): Said {
  const event = events[index]
  if (!isObject(event)) return undefined
  const said = beacon.format.message(event)
  return said.kind === 'ok' && isObject(said.value) ? said.value : undefined
}

function visitorOf({ beacon, events }: Admitted, index: number, said: Said): string {
  const id = said?.anonymousId ?? beacon.format.visitor?.(events[index])
  return typeof id === 'string' && id.length <= MAX_ID_CHARS && !isPlaceholder(id) ? visitorSubject(id) : '?'
}

/** Where it is too long to be repeated with every event, how long it is: a retry then knows that it lacks something. */
function sharedBy(admitted: Admitted): Record<string, string> {
  const { text } = sharedOf(admitted)
  if (text === undefined) return {}
  return text.length <= MAX_SHARED ? { 'dlq-shared': text } : { 'dlq-shared-left-out': String(text.length) }
}

/** What its source did about it, where a retry would not do the same by itself. */
function privacyOf({ beacon, source: { privacy } }: Admitted): Record<string, string> {
  const optedOut = optOutOf(beacon, privacy) === 'ignore' ? undefined : true
  const denied = addedDenied(privacy.deny)
  const text = JSON.stringify({
    optedOut,
    consent: privacy.consent,
    ...(denied.length > 0 && { deny: denied }),
  })
  return text === '{}' ? {} : { 'dlq-privacy': text }
}

/** What the source calls otherwise than the models do, of this event: which of the two is its name, its type decides. */
function namesOf({ source }: Admitted, said: Said): Record<string, string> {
  const entries = [said?.event, said?.name].flatMap(name => {
    const meant = typeof name === 'string' ? source.names.get(name) : undefined
    return meant === undefined ? [] : [[name as string, meant] as const]
  })
  const text = entries.length === 0 ? '' : JSON.stringify(Object.fromEntries(entries))
  return text === '' || text.length > MAX_NAMES ? {} : { 'dlq-names': text }
}

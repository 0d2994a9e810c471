import { splitKey } from '@hotlead/contracts'
import type { Admitted } from '../beacon.ts'
import { formatNamed } from '../formats/byName.ts'
import { type JsonObject, json, jsonObject } from '../formats/json.ts'
import { type Outcome, ok, refuse } from '../outcome.ts'
import { deny, isDenied } from '../privacy/deny.ts'
import { PRIVACY, type Privacy } from '../privacy/policy.ts'
import type { Letter } from './letterOf.ts'

/**
 * The event of a dead letter as the edge had it when it came: the other way round of `letterOf`. What a retry does not
 * need is not there: the key, whole addresses, limits.
 * @param bytes in the place of the letter's own: the event mended
 * @returns problems where headers do not say enough, which is never guessed
 */
export function admittedOf(letter: Letter, bytes: Buffer = letter.value): Outcome<Admitted> {
  const { headers } = letter
  const format = formatNamed(headers['dlq-format'] ?? '')
  if (!format)
    return refuse(
      400,
      'malformed',
      `dlq-format: is ${headers['dlq-format'] ?? 'missing'}, which this version has not`,
    )
  const kind = headers['dlq-key-kind']
  const receivedAt = Date.parse(headers['dlq-timestamp'] ?? '')
  if ((kind !== 'write' && kind !== 'secret') || Number.isNaN(receivedAt) || headers['dlq-id'] === undefined)
    return refuse(
      400,
      'malformed',
      'dlq-key-kind, dlq-timestamp, dlq-id: must say by which kind of key it came, when, and under which id',
    )
  const length = headers['dlq-left-out']
  if (length !== undefined && bytes === letter.value)
    return refuse(
      400,
      'malformed',
      `dlq-left-out: its ${length} bytes were not kept, since nobody could read them and they may have held what must not be written: only a mended event can be sent`,
    )
  const left = headers['dlq-shared-left-out']
  if (left !== undefined && bytes === letter.value)
    return refuse(
      400,
      'malformed',
      `dlq-shared-left-out: what its request said for all of its events (${left} characters) was too long to be kept`,
    )
  const [names, shared, heeded] = [headers['dlq-names'], headers['dlq-shared'], headers['dlq-privacy']].map(
    text => written(text),
  )
  if (!names || !shared || !heeded)
    return refuse(
      400,
      'malformed',
      'dlq-names, dlq-shared, dlq-privacy: must be JSON objects, as the edge writes them',
    )
  const part = headers['dlq-part'] === undefined ? undefined : Number(headers['dlq-part'])
  const { workspace, subject } = splitKey(letter.key)
  const event = format.event ? format.event(bytes, part) : json(bytes)
  if (event.kind !== 'ok') return event
  return ok({
    beacon: {
      format,
      key: undefined,
      // `letterOf` makes no lead of what an event says: here it is one that a signature has named.
      ...(subject.startsWith('l:') && { lead: subject }),
      origin: headers['dlq-origin'],
      userAgent: headers['dlq-user-agent'],
      address: headers['dlq-address'] ?? '',
      encoding: undefined,
      body: bytes,
      receivedAt,
      ...(heeded.optedOut === true && { gpc: true }),
    },
    source: {
      workspace,
      name: headers['dlq-source'] ?? '',
      secret: kind === 'secret',
      origins: new Set(),
      names: new Map(Object.entries(names as Record<string, string>)),
      key: '',
      limits: { key: undefined, workspace: undefined },
      // What was denied is gone already, but for what is written from other fields.
      privacy: {
        deny: deny(deniedIn(heeded)),
        gpc: 'flag',
        dnt: PRIVACY.dnt,
        consent: heeded.consent as Privacy['consent'],
      },
    },
    events: [event.value],
    shared: { sentAt: undefined, context: undefined, ...shared },
    label: () => '',
    bytesOf: () => bytes,
  })
}

function deniedIn({ deny: said }: JsonObject): string[] {
  return Array.isArray(said) ? said.filter(entry => typeof entry === 'string' && isDenied(entry)) : []
}

/** What `letterOf` wrote, nothing where it wrote nothing; undefined where it is not of its making. */
function written(text = '{}'): JsonObject | undefined {
  const said = jsonObject(Buffer.from(text))
  return said.kind === 'ok' ? said.value : undefined
}

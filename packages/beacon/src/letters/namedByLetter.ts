import { leadSubject, type Subject, splitKey } from '@hotlead/contracts'
import type { Admitted } from '../beacon.ts'
import { fields, isObject, type JsonObject } from '../formats/json.ts'
import { identify } from '../steps/identify.ts'
import { addressesIn } from './addressesIn.ts'
import { admittedOf } from './admittedOf.ts'
import type { Letter } from './letterOf.ts'

type Who = ReturnType<typeof identify>

/** A record of `dead-letter`, the edge's or a processor's; without a value it was purged. */
export type AnyLetter = Omit<Letter, 'value'> & { value: Buffer | null }

/** Whom a letter names. */
export interface Named {
  /**
   * Whom it is about: of an event the lead or visitor that the edge would have written it under, though it may have been refused
   * for something else; of a record its key. Undefined: nobody.
   */
  subject: Subject | undefined
  /** Who sent it, where that is somebody else: their traits and user id are in it. */
  sender: Subject | undefined
  /** Where it is about nobody: the leads of the addresses that stand in its bytes, such as in a webhook's that was cut. */
  mentioned: readonly Subject[]
}

/** @param secret by which the edge names leads */
export function namedByLetter(letter: AnyLetter, secret: string): Named {
  const named = 'dlq-format' in letter.headers ? namedIn(letter, identify(secret)) : undefined
  const subject = named?.subject ?? subjectOf(letter.key)
  const bytes = subject === undefined ? letter.value : null
  const mentioned = bytes ? [...addressesIn(bytes)].map(email => leadSubject(secret, { email })) : []
  return { subject, sender: named?.sender, mentioned }
}

/** The event in our own words, unchecked, with what else its request said; undefined where it cannot be put into them. */
export function messageIn({
  value,
  ...letter
}: AnyLetter): { admitted: Admitted; message: JsonObject } | undefined {
  if (!value) return undefined
  // Bytes of another place than the letter's own: who it is does not depend on what was left out of its headers.
  const admitted = admittedOf({ ...letter, value }, Buffer.from(value))
  if (admitted.kind !== 'ok' || !isObject(admitted.value.events[0])) return undefined
  const said = admitted.value.beacon.format.message(admitted.value.events[0])
  return said.kind === 'ok' && isObject(said.value)
    ? { admitted: admitted.value, message: said.value }
    : undefined
}

function namedIn(letter: AnyLetter, who: Who): Pick<Named, 'subject' | 'sender'> | undefined {
  const said = messageIn(letter)
  if (!said) return undefined
  const { admitted, message } = said
  const identified = who({
    admitted,
    type: message.type,
    message: {
      anonymousId: idIn(message.anonymousId),
      userId: idIn(message.userId),
      previousId: idIn(message.previousId),
      properties: fields(message.properties),
      traits: fields(message.traits),
      context: { ...fields(admitted.shared.context), ...fields(message.context) },
    },
  } as unknown as Parameters<Who>[0])
  return identified.kind === 'ok' ? identified.value : undefined
}

/** A key without a workspace is a subject by itself, and `?` is nobody. */
function subjectOf(key: string): Subject | undefined {
  const subject = key.includes('/') ? splitKey(key).subject : key
  return subject === '?' ? undefined : subject
}

/** A refused event may have anything there. */
function idIn(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

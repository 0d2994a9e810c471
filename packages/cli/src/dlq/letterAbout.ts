import { admittedOf, identify } from '@hotlead/beacon'
import { leadSubject, type Subject } from '@hotlead/contracts'
import { addressesIn } from './addressesIn.ts'
import type { WholeLetter } from './letter.ts'

type Bag = Record<string, unknown>
type Who = ReturnType<typeof identify>

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
export function namedByLetter(letter: WholeLetter, secret: string): Named {
  const named = 'dlq-format' in letter.headers ? namedIn(letter, identify(secret)) : undefined
  const subject = named?.subject ?? (letter.subject === '?' ? undefined : letter.subject)
  const bytes = subject === undefined ? letter.record.value : null
  const mentioned = bytes ? [...addressesIn(bytes)].map(email => leadSubject(secret, { email })) : []
  return { subject, sender: named?.sender, mentioned }
}

/** The event in our own words, unchecked, with what else its request said; undefined where it cannot be put into them. */
export function messageIn({ record, headers }: WholeLetter) {
  if (!record.value) return undefined
  // Bytes of another place than the letter's own: who it is does not depend on what was left out of its headers.
  const letter = { key: record.key, value: record.value, headers }
  const admitted = admittedOf(letter, Buffer.from(record.value))
  if (admitted.kind !== 'ok' || !isBag(admitted.value.events[0])) return undefined
  const said = admitted.value.beacon.format.message(admitted.value.events[0])
  return said.kind === 'ok' && isBag(said.value)
    ? { admitted: admitted.value, message: said.value }
    : undefined
}

function namedIn(letter: WholeLetter, who: Who): Pick<Named, 'subject' | 'sender'> | undefined {
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
      properties: bagIn(message.properties),
      traits: bagIn(message.traits),
      context: { ...bagIn(admitted.shared.context), ...bagIn(message.context) },
    },
  } as unknown as Parameters<Who>[0])
  return identified.kind === 'ok' ? identified.value : undefined
}

export function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bagIn(value: unknown): Bag {
  return isBag(value) ? value : {}
}

/** A refused event may have anything there. */
function idIn(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

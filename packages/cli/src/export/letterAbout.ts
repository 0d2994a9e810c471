import { admittedOf, type identify } from '@hotlead/beacon'
import type { Subject } from '@hotlead/contracts'
import type { WholeLetter } from '../dlq/letter.ts'

type Bag = Record<string, unknown>
type Who = ReturnType<typeof identify>

/**
 * Whom a letter is about: of an event the lead or visitor that the edge would have written it under, though it may have been
 * refused for something else; of a record its key. Undefined where it names nobody.
 * @param who the edge's own step
 */
export function subjectOfLetter(letter: WholeLetter, who: Who): Subject | undefined {
  const named = 'dlq-format' in letter.headers ? namedIn(letter, who) : undefined
  return named ?? (letter.subject === '?' ? undefined : letter.subject)
}

/** What came, taken apart as a retry would; undefined where it cannot be. */
export function eventOf({ record, headers }: WholeLetter) {
  // Bytes of another place than the letter's own: who it is does not depend on what was left out of its headers.
  const admitted = admittedOf(
    { key: record.key, value: record.value as Buffer, headers },
    Buffer.from(record.value ?? ''),
  )
  return admitted.kind === 'ok' ? admitted.value : undefined
}

function namedIn(letter: WholeLetter, who: Who): Subject | undefined {
  const admitted = letter.record.value ? eventOf(letter) : undefined
  const event = admitted?.events[0]
  if (!admitted || !isBag(event)) return undefined
  const said = admitted.beacon.format.message(event)
  if (said.kind !== 'ok' || !isBag(said.value)) return undefined
  const message = said.value
  const identified = who({
    admitted,
    type: message.type,
    message: {
      anonymousId: idIn(message.anonymousId),
      userId: idIn(message.userId),
      previousId: idIn(message.previousId),
      properties: bagIn(message.properties),
      traits: bagIn(message.traits),
      context: { traits: bagIn(bagIn(message.context ?? admitted.shared.context).traits) },
    },
  } as unknown as Parameters<Who>[0])
  return identified.kind === 'ok' ? identified.value.subject : undefined
}

function isBag(value: unknown): value is Bag {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function bagIn(value: unknown): Bag {
  return isBag(value) ? value : {}
}

/** A refused event may have anything there. */
function idIn(value: unknown): string | number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? value : undefined
}

import { PARTITION_KEY } from '@hotlead/contracts'
import type { LogRecord, NewRecord } from '@hotlead/kafka'
import type { Position } from './position.ts'

/**
 * What became of a letter: a record of `dead-letter` too, without a value, in the letter's partition. It comes after the
 * letter, so neither retention nor a purge can take it and leave the letter.
 */
export type Note =
  /** Its record is about to go into this partition of `activity`, at this offset or later. */
  | { note: 'begun'; letter: number; place: Position }
  /** Its record is there. `found`: it was there already, since whoever sent it first sent it again. */
  | { note: 'retried'; letter: number; place: Position; found: boolean }
  | { note: 'purged'; letter: number }

export type State = 'open' | Note['note']
/** A note as it was read, with its time in ms since 1970. */
export type Noted = Note & { at: number }

const HEADER = 'dlq-note'

export function noteRecord(note: Note): NewRecord {
  const headers: Record<string, string> = { [HEADER]: note.note, 'dlq-letter': String(note.letter) }
  if (note.note !== 'purged') {
    headers['dlq-partition'] = String(note.place.partition)
    headers['dlq-offset'] = String(note.place.offset)
  }
  if (note.note === 'retried') headers['dlq-found'] = String(note.found)
  return { key: PARTITION_KEY, value: null, headers }
}

/** Whether a record is a note. A letter of a record that had such a header of its own has a reason too, and is a letter. */
export function isNote({ headers = {} }: LogRecord): boolean {
  return HEADER in headers && !('dlq-reason' in headers)
}

/** undefined: a kind of note that this version does not know */
export function readNote({ headers = {}, timestamp }: LogRecord): Noted | undefined {
  const number = (name: string) => Number(String(headers[name] ?? 'none'))
  const place = { partition: number('dlq-partition'), offset: number('dlq-offset') }
  const letter = number('dlq-letter')
  const at = timestamp
  switch (String(headers[HEADER])) {
    case 'begun':
      return { note: 'begun', letter, place, at }
    case 'retried':
      return { note: 'retried', letter, place, found: String(headers['dlq-found']) === 'true', at }
    case 'purged':
      return { note: 'purged', letter, at }
    default:
      return undefined
  }
}

/** How far a letter is: purged after it was retried, and retried again by nobody. */
const RANK: Record<State, number> = { open: 0, begun: 1, retried: 2, purged: 3 }

/** Which of two notes of one letter stands: the one that is further, and of equal ones the later. */
export function standing(a: Noted | undefined, b: Noted): Noted {
  return a !== undefined && RANK[a.note] > RANK[b.note] ? a : b
}

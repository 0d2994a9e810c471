import type { LogRecord } from '@hotlead/kafka'
import { isNote, type Note, type Noted, noteRecord, readNote, standing } from './note.ts'

const place = { partition: 2, offset: 41 }
const NOTES: Note[] = [
  { note: 'begun', letter: 7, place },
  { note: 'retried', letter: 7, place, found: true },
  { note: 'retried', letter: 7, place, found: false },
  { note: 'purged', letter: 7 },
]
/** As Kafka gives it back. */
const read = (note: Note): LogRecord => {
  const { headers = {}, ...record } = noteRecord(note)
  return {
    ...record,
    offset: 9,
    timestamp: 5,
    headers: Object.fromEntries(Object.entries(headers).map(([name, v]) => [name, Buffer.from(String(v))])),
  }
}

test.each(NOTES)('%p is read as it was written', note => {
  expect(isNote(read(note))).toBe(true)
  expect(readNote(read(note))).toEqual({ ...note, at: 5 })
})

test('a letter of a record that had such a header is a letter', () => {
  const record = read(NOTES[3] as Note)
  expect(isNote({ ...record, headers: { ...record.headers, 'dlq-reason': 'undecodable' } })).toBe(false)
  expect(isNote({ ...record, headers: undefined })).toBe(false)
})

test('a kind of note that this version does not know says nothing', () => {
  const record = read(NOTES[0] as Note)
  expect(readNote({ ...record, headers: { ...record.headers, 'dlq-note': 'forgotten' } })).toBeUndefined()
})

test.each<[string[], string]>([
  [['begun', 'retried'], 'retried'],
  [['retried', 'begun'], 'retried'],
  [['begun', 'retried', 'purged'], 'purged'],
  [['purged', 'begun'], 'purged'],
])('of %p stands %s', (notes, stands) => {
  const all = notes.map((note, at) => ({ note, letter: 7, at }) as Noted)
  expect(all.reduce<Noted | undefined>((a, b) => standing(a, b), undefined)?.note).toBe(stands)
})

test('of two alike the later stands: a second retry may have gone elsewhere', () => {
  const [a, b] = [1, 2].map(at => ({ note: 'begun', letter: 7, place, at }) as Noted)
  expect(standing(a, b as Noted)).toBe(b)
})

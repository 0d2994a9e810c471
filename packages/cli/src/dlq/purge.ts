import type { Kafka } from 'kafkajs'
import type { DeadLetters } from './deadLetters.ts'
import { isNote, type Note, readNote } from './note.ts'
import type { Operator } from './operator.ts'
import type { Position } from './position.ts'

/** Notes of one send. */
const CHUNK = 5_000

export interface Purged {
  /** Letters that are hidden now, and never retried. */
  purged: number
  /** Letters, of all that were ever purged, that are gone from Kafka now. */
  deleted: number
  /** And those whose bytes stay until retention takes them, since a letter that is kept lies before them. */
  remain: number
}

/**
 * Kafka deletes records only from a partition's start up to an offset. So each letter gets a note, which hides it and
 * forbids its retry, and what lies before the first letter that is kept is deleted for good. Stopped half-way, or called
 * again later with nothing to add, it deletes what can be deleted by then.
 */
export async function purge(
  { letters, operator, kafka }: { letters: DeadLetters; operator: Operator; kafka: Kafka },
  places: readonly Position[],
): Promise<Purged> {
  for (let i = 0; i < places.length; i += CHUNK)
    await operator.note(
      places
        .slice(i, i + CHUNK)
        .map(({ partition, offset }): [number, Note] => [partition, { note: 'purged', letter: offset }]),
    )
  const starts = await letters.starts()
  const ends = await letters.ends()
  const cuts = new Map<number, number>()
  let [deleted, remain] = [0, 0]
  for (const partition of letters.partitions) {
    const [start, end] = [starts.get(partition) as number, ends.get(partition) as number]
    const purged = await purgedIn(letters, partition, start, end)
    if (purged.size === 0) continue
    const { cut, count } = await prefix(letters, partition, start, end, purged)
    if (cut > start) cuts.set(partition, cut)
    deleted += count
    remain += purged.size - count
  }
  await deleteUpTo(kafka, letters.topic, cuts)
  return { purged: places.length, deleted, remain }
}

/** Offsets of the purged letters that are there still: some 50 bytes each. */
async function purgedIn(
  { reader, topic }: DeadLetters,
  partition: number,
  start: number,
  end: number,
): Promise<Set<number>> {
  const purged = new Set<number>()
  for await (const records of reader.read(topic, partition, start, end))
    for (const record of records) {
      const note = isNote(record) ? readNote(record) : undefined
      if (note?.note === 'purged' && note.letter >= start) purged.add(note.letter)
    }
  return purged
}

/** The offset of the first letter that is kept, and how many that are not lie before it. */
async function prefix(
  { reader, topic }: DeadLetters,
  partition: number,
  start: number,
  end: number,
  purged: ReadonlySet<number>,
): Promise<{ cut: number; count: number }> {
  let [cut, count] = [start, 0]
  for await (const records of reader.read(topic, partition, start, end))
    for (const record of records) {
      if (!isNote(record)) {
        if (!purged.has(record.offset)) return { cut, count }
        count++
      }
      cut = record.offset + 1
    }
  return { cut, count }
}

/** Deletes what lies before these offsets, for good. @param cuts by partition */
export async function deleteUpTo(
  kafka: Kafka,
  topic: string,
  cuts: ReadonlyMap<number, number>,
): Promise<void> {
  if (cuts.size === 0) return
  const admin = kafka.admin()
  await admin.connect()
  try {
    // kafkajs finds a partition's leader only once it has heard of the topic.
    await admin.fetchTopicOffsets(topic)
    const partitions = [...cuts].map(([partition, offset]) => ({ partition, offset: String(offset) }))
    await admin.deleteTopicRecords({ topic, partitions })
  } finally {
    await admin.disconnect()
  }
}

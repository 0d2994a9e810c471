import { topicNames } from '@hotlead/contracts'
import { type LogRecord, PartitionReader } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'
import { CliError, EXIT, usage } from '../exit.ts'
import { type Letter, letterOf, type WholeLetter, withoutRecord } from './letter.ts'
import { isNote, type Noted, readNote, type State, standing } from './note.ts'
import { type Position, positionText } from './position.ts'
import { isMeant, type Selection } from './selection.ts'

/** Letters that a command looks at, some 400 bytes each: 80 MB. */
const MOST = 200_000

/** A letter, and how far it is. */
export interface Found {
  letter: Letter
  state: State
  /** What the state goes back to; undefined where it is open. */
  noted: Noted | undefined
}

/** `dead-letter` as a plain reader sees it: no group, nothing committed. */
export class DeadLetters {
  readonly topic: string
  /** 0, 1, 2 … */
  readonly partitions: readonly number[]
  readonly reader: PartitionReader

  constructor(config: CliConfig, kafka: Kafka) {
    this.topic = topicNames(config.HOTLEAD_TOPIC_PREFIX)['dead-letter']
    this.partitions = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, p) => p)
    this.reader = new PartitionReader(kafka)
  }

  /** The first offset that is still there, of each partition. */
  starts(): Promise<Map<number, number>> {
    return this.reader.offsets(this.topic, [...this.partitions], 'start')
  }

  /** The offset after the last record of each partition. */
  ends(): Promise<Map<number, number>> {
    return this.reader.offsets(this.topic, [...this.partitions], 'end')
  }

  /**
   * Letters that are meant, in the order of their places, each with what was noted of it by now.
   * @param until per partition: letters from that offset on are not looked at; what is noted there is
   * @throws CliError where one that was named is not there, or where there are more than 200,000
   */
  async find(selection: Selection, until?: ReadonlyMap<number, number>): Promise<Found[]> {
    const starts = await this.starts()
    const ends = await this.ends()
    const found: Found[] = []
    for (const partition of this.partitions) {
      const own = selection.positions?.filter(p => p.partition === partition)
      if (own?.length === 0) continue
      const from = await this.#from(partition, selection, starts.get(partition) as number)
      const notes = new Map<number, Noted>()
      const letters: Letter[] = []
      for await (const records of this.reader.read(
        this.topic,
        partition,
        from,
        ends.get(partition) as number,
      ))
        for (const record of records) {
          if (isNote(record)) keep(notes, record)
          else if (record.offset < (until?.get(partition) ?? Number.POSITIVE_INFINITY)) {
            const letter = withoutRecord(letterOf(partition, record))
            if (isMeant(letter, selection)) letters.push(letter)
            if (found.length + letters.length > MOST) throw tooMany()
          }
        }
      for (const letter of letters) {
        const noted = notes.get(letter.offset)
        found.push({ letter, state: noted?.note ?? 'open', noted })
      }
    }
    const missing = selection.positions?.find(
      p => !found.some(({ letter }) => letter.partition === p.partition && letter.offset === p.offset),
    )
    if (missing) throw notThere(missing, starts.get(missing.partition) as number)
    return found
  }

  /** These letters with all that is in them, in the order given; one that is gone by now is left out. */
  async whole(places: readonly Position[]): Promise<WholeLetter[]> {
    const read = new Map<string, WholeLetter>()
    const starts = await this.starts()
    for (const [partition, own] of Map.groupBy(places, p => p.partition)) {
      const wanted = new Set(own.map(p => p.offset))
      const from = Math.max(Math.min(...wanted), starts.get(partition) as number)
      const to = Math.max(...wanted) + 1
      for await (const records of this.reader.read(this.topic, partition, from, to))
        for (const record of records)
          if (wanted.has(record.offset)) {
            const letter = letterOf(partition, record)
            read.set(positionText(letter), letter)
          }
    }
    return places.flatMap(p => read.get(positionText(p)) ?? [])
  }

  /**
   * Where in a topic the records are that could not be read, as `positionText` has them: of all letters that are there,
   * some 80 bytes each.
   */
  async origins(topic: string): Promise<Set<string>> {
    const [starts, ends] = [await this.starts(), await this.ends()]
    const origins = new Set<string>()
    for (const partition of this.partitions) {
      const [start, end] = [starts.get(partition) as number, ends.get(partition) as number]
      for await (const records of this.reader.read(this.topic, partition, start, end))
        for (const { headers = {} } of records)
          if (String(headers['dlq-topic']) === topic)
            origins.add(`${headers['dlq-partition']}:${headers['dlq-offset']}`)
    }
    return origins
  }

  close(): Promise<void> {
    return this.reader.close()
  }

  /** Notes come after their letters, so what lies before the first letter that is meant tells nothing. */
  async #from(partition: number, { positions, since }: Selection, start: number): Promise<number> {
    const first = positions
      ? Math.min(...positions.filter(p => p.partition === partition).map(p => p.offset))
      : since === undefined
        ? start
        : ((await this.reader.offsetAt(this.topic, partition, since)) ?? Number.POSITIVE_INFINITY)
    return Math.max(first, start)
  }
}

function keep(notes: Map<number, Noted>, record: LogRecord): void {
  const noted = readNote(record)
  if (noted) notes.set(noted.letter, standing(notes.get(noted.letter), noted))
}

function tooMany(): CliError {
  return usage(
    `There are more than ${MOST.toLocaleString('en')} such letters, which is more than a command looks at.`,
    'Narrow it with --since and --before, or with --reason and --workspace.',
  )
}

function notThere(place: Position, start: number): CliError {
  return new CliError(
    EXIT.notFound,
    `There is no dead letter at ${positionText(place)}${place.offset < start ? ': it is gone by retention or a purge' : ''}.`,
    '`hotlead dlq list` shows those that are there.',
  )
}

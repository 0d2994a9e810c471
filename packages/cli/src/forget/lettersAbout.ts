import { namedByLetter } from '@hotlead/beacon'
import type { CliConfig } from '../config.ts'
import type { DeadLetters } from '../dlq/deadLetters.ts'
import { anyLetter, letterOf } from '../dlq/letter.ts'
import { isNote, readNote } from '../dlq/note.ts'
import type { Position } from '../dlq/position.ts'
import { CliError, EXIT } from '../exit.ts'

/** Places that are kept, some 60 bytes each: 60 MB. */
const MOST = 1_000_000

/**
 * Where the dead letters are that are about any of the subjects, by what is in them, also by whom they were sent; those that were
 * purged before are left out. All letters are read, a chunk of 1 MB at a time, and nothing is kept of those about others.
 * @throws CliError where more than a million are about them
 */
export async function lettersAbout(
  config: CliConfig,
  letters: DeadLetters,
  workspace: string,
  subjects: ReadonlySet<string>,
): Promise<Position[]> {
  const [starts, ends] = [await letters.starts(), await letters.ends()]
  const places: Position[] = []
  for (const partition of letters.partitions) {
    const [start, end] = [starts.get(partition) as number, ends.get(partition) as number]
    const own = new Set<number>()
    for await (const records of letters.reader.read(letters.topic, partition, start, end))
      for (const record of records) {
        if (isNote(record)) {
          // It comes after its letter.
          const noted = readNote(record)
          if (noted?.note === 'purged') own.delete(noted.letter)
          continue
        }
        const letter = letterOf(partition, record)
        if (letter.workspace !== workspace) continue
        const { subject, sender, mentioned } = namedByLetter(anyLetter(letter), config.HOTLEAD_SECRET)
        if (![subject, sender, ...mentioned].some(named => named !== undefined && subjects.has(named)))
          continue
        own.add(letter.offset)
        if (places.length + own.size > MOST) throw tooMany()
      }
    for (const offset of own) places.push({ partition, offset })
  }
  return places
}

function tooMany(): CliError {
  return new CliError(
    EXIT.failed,
    `More than ${MOST.toLocaleString('en')} dead letters are about it, which is more than the command keeps in memory.`,
    'Let the oldest go, whoever they are about: `hotlead dlq purge --before 7d`. Then run it again.',
  )
}

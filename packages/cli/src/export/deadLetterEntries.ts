import { namedByLetter } from '@hotlead/beacon'
import type { Subject } from '@hotlead/contracts'
import type { CliConfig } from '../config.ts'
import { anyLetter, letterOf } from '../dlq/letter.ts'
import { isNote } from '../dlq/note.ts'
import type { KeyedLog } from './keyedLog.ts'
import { letterEntry } from './letterEntry.ts'
import type { Entry } from './logEntries.ts'
import type { Ownership } from './ownership.ts'

/**
 * Dead letters about a lead, also those that were retried or purged: their bytes are there. All partitions are read, since a
 * letter lies under the visitor that it names, or nobody, and may name the lead only in its bytes.
 */
export async function* deadLetterEntries(
  config: CliConfig,
  log: KeyedLog,
  workspace: string,
  ownership: Ownership,
  onProgress: () => void,
): AsyncGenerator<Entry> {
  const all = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, p) => p)
  const isWanted = (key: string) => key.startsWith(`${workspace}/`)
  for await (const { partition, record } of log.records('dead-letter', all, isWanted, onProgress)) {
    if (isNote(record)) continue
    const letter = letterOf(partition, record)
    const { subject, sender, mentioned } = namedByLetter(anyLetter(letter), config.HOTLEAD_SECRET)
    const isOwn = (named: Subject | undefined) =>
      named !== undefined && ownership.of(named, { at: letter.at }) === 'own'
    const part = isOwn(subject) ? 'subject' : 'sender'
    const isOnes = sender === undefined || (isOwn(subject) && isOwn(sender))
    const whose = mentioned.length > 1 ? 'unknown' : isOnes ? 'all' : part
    if ([subject, sender, ...mentioned].some(isOwn))
      yield { at: letter.at, entry: letterEntry(letter, whose) }
  }
}

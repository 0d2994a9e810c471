import { keyOf } from '@hotlead/contracts'
import { partitionOf } from '@hotlead/kafka'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'
import type { FoundLead } from '../findLead.ts'
import { progressLine } from '../progressLine.ts'
import type { Reading } from '../reading.ts'
import { openCodec } from '../registry.ts'
import { number } from '../replay/progress.ts'
import type { Terminal } from '../terminal.ts'
import { aboutParts, keptBy } from './about.ts'
import { deadLetterEntries } from './deadLetterEntries.ts'
import { identitiesOf } from './identities.ts'
import { JsonDocument } from './jsonDocument.ts'
import { KeyedLog } from './keyedLog.ts'
import { lookUpLinks } from './links.ts'
import { type Codecs, type Entry, LogEntries } from './logEntries.ts'
import { Ownership } from './ownership.ts'
import { stateOf } from './state.ts'
import { type Counted, Tally } from './tally.ts'

/** What the document has, in numbers. */
export interface Exported {
  exportedAt: string
  sections: Record<string, Counted>
  /** Records of activity that the document has as what they are copies of. */
  copies: number
  /** Left out because the log no longer tells whose they are. */
  unsure: number
}

/**
 * Writes all that is held of a lead, as it is when this begins.
 * @param o.write resolves once more may come
 * @throws CliError (unavailable) while a partition is being rebuilt, before anything is written
 */
export async function exportOf(o: {
  config: CliConfig
  kafka: Kafka
  reading: Reading
  workspace: string
  found: FoundLead
  terminal: Terminal
  write(text: string): Promise<void>
}): Promise<Exported> {
  const { config, kafka, reading, workspace, found, terminal } = o
  const { subject: lead, view } = found
  const exportedAt = new Date().toISOString()
  const draw = progressLine(terminal)
  const codecs = await openCodecs(config)
  const listed = found.lead.visitors.map(v => v.visitor)
  const known = await identitiesOf(reading, workspace, lead, listed, part =>
    draw(part, () => 'looking for its visitors'),
  )
  const subjects = [lead, ...known.keys()]
  const log = await KeyedLog.open(config, kafka)
  try {
    const ownership = new Ownership(lead, known, subject =>
      log.isWhole('activity', partitionOf(keyOf(workspace, subject), config.HOTLEAD_PARTITIONS)),
    )
    await lookUpLinks(config, log, codecs.activity, workspace, ownership, () =>
      draw(undefined, () => `looking whose they were  ${number(log.read)} read`),
    )
    log.read = 0
    const onProgress = () => draw(log.read / Math.max(1, size), () => `${number(log.read)} read`)
    const entries = new LogEntries({ config, log, codecs, ownership, workspace, subjects, onProgress })
    const size = entries.size + log.size('dead-letter', reading.partitions)

    const document = new JsonDocument(o.write)
    await document.field('lead', { workspace, subject: lead, subjects })
    await document.field('exportedAt', exportedAt)
    await document.field('about', aboutParts(await keptBy(config, kafka)))
    await document.field(
      'state',
      await stateOf(config, reading, codecs.scores, workspace, view, subjects, ownership),
    )
    const sections: Record<string, Tally> = {}
    const add = async (name: string, from: AsyncGenerator<Entry>) => {
      const tally = new Tally()
      sections[name] = tally
      await document.list(name, counted(from, tally))
    }
    await add('activity', entries.activity())
    await add('scores', entries.scores())
    await add('tiers', entries.tiers())
    await add('hotLeads', entries.hotLeads())
    await add('deadLetters', deadLetterEntries(config, log, workspace, ownership, onProgress))
    await document.end()
    if (terminal.isProgressShown) terminal.progress('')
    const { copies, unsure } = entries
    return { exportedAt, sections, copies, unsure }
  } finally {
    await log.close()
  }
}

async function openCodecs(config: CliConfig): Promise<Codecs> {
  const [activity, scores, tiers, hotLeads] = await Promise.all([
    openCodec(config, 'activity'),
    openCodec(config, 'scores'),
    openCodec(config, 'tiers'),
    openCodec(config, 'hot-leads'),
  ])
  return { activity, scores, tiers, 'hot-leads': hotLeads }
}

async function* counted(entries: AsyncGenerator<Entry>, tally: Tally): AsyncGenerator<object> {
  for await (const { at, entry } of entries) {
    tally.add(at)
    yield entry
  }
}

import { keyOf, splitKey } from '@hotlead/contracts'
import type { Millis } from '@hotlead/model'
import type { Log } from './foldLog.ts'
import type { Recorded } from './lane.ts'

/** What became of a lead, or of a visitor that was none yet. */
export interface ToldOutcome {
  subject: string
  outcome: string
  /** When it came out, and not after it was told. */
  at: Millis
}

/** What a log says of outcomes, and which visitor is which lead. */
export interface ToldInLog {
  outcomes: ToldOutcome[]
  /** By visitor, in the log's order. */
  links: ReadonlyMap<string, readonly { lead: string; at: Millis }[]>
}

/** Results of a follow-up that say what became of the lead. */
const RESULTS = ['opportunity', 'archive']

/**
 * Reads a log through for its outcomes: those that were told as such, and follow-ups that ended in an opportunity or in
 * the archive. Nothing is folded. It holds some 150 bytes a link.
 */
export async function outcomesIn<R extends Recorded>(log: Log<R>): Promise<ToldInLog> {
  const outcomes: ToldOutcome[] = []
  const links = new Map<string, { lead: string; at: Millis }[]>()
  const prefix = keyOf(log.workspace, '')
  const to = log.to ?? Number.POSITIVE_INFINITY
  for (const chunks of log.partitions)
    for await (const records of chunks)
      for (const record of records) {
        if (record.timestamp > to || !record.key.startsWith(prefix)) continue
        const activity = log.decode(record)
        // What was sent on says again what the visitor's own record says.
        if (!activity || activity.via !== null) continue
        const { subject } = splitKey(record.key)
        const { outcome, followUp, link } = activity
        if (outcome)
          outcomes.push({ subject, outcome: outcome.outcome, at: Math.min(outcome.at, record.timestamp) })
        else if (followUp && RESULTS.includes(followUp.result))
          outcomes.push({ subject, outcome: followUp.result, at: Math.min(followUp.at, record.timestamp) })
        else if (link) {
          const known = links.get(subject) ?? []
          known.push({ lead: link.lead, at: record.timestamp })
          links.set(subject, known)
        }
      }
  return { outcomes, links }
}

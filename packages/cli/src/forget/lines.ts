import { HOT_RETENTION } from '@hotlead/contracts'
import { lettersText } from '../dlq/letterTable.ts'
import type { Purged } from '../dlq/purge.ts'
import { number } from '../replay/progress.ts'
import { quoted, shortened } from '../terminal.ts'
import { timeText } from '../times.ts'
import type { Whom } from './whom.ts'

const DAY = 24 * 60 * 60 * 1000

/** `l:… with 3 visitors and user ids`. */
export function whomText({ subject, listed, unlisted }: Whom): string {
  const others = listed.length + unlisted.size
  const who = shortened(subject)
  if (others === 0) return who
  return `${who} with ${others === 1 ? 'one visitor or user id' : `${number(others)} visitors and user ids`}`
}

/** What was there, what was done, and what stays. @param id as it was asked for */
export function forgottenLines(id: string, whom: Whom, { purged, remain }: Purged): string[] {
  const done = [
    whatWas(id, whom),
    purged > 0 ? `${lettersText(purged)} about it purged.` : 'No dead letters about it.',
  ]
  // Of whom nothing was known nothing stays.
  if (!whom.known && whom.forgotten === undefined && purged === 0) return done
  return [
    ...done,
    'Until Kafka’s own retention takes them, the records from which it was counted stay in activity (as long as that topic\n' +
      `keeps them), announcements in hot-leads (${HOT_RETENTION / DAY} days)` +
      (remain > 0 ? `, the bytes of ${lettersText(remain)} (30 days)` : '') +
      '; scores and tiers lose theirs with the next\ncompaction after a day. Nobody who reads the log counts them any more.',
  ]
}

function whatWas(id: string, whom: Whom): string {
  if (whom.known) return `Forgotten: ${whomText(whom)}.`
  const who = `${quoted(id)} (${whomText(whom)})`
  return whom.forgotten === undefined
    ? `Nothing was known of ${who}; what was received until now and comes later is passed over.`
    : `${who} was forgotten on ${timeText(whom.forgotten)}, and nothing was known of it since.`
}

import type { Activity } from '@hotlead/contracts'
import type { NewRecord } from '@hotlead/kafka'
import type { Mark } from './evidence.ts'
import type { WholeLetter } from './letter.ts'

/**
 * ms before something happened from which the log is looked through: its time is the client's, mended to five minutes, and
 * the log's is the broker's.
 */
export const MARGIN = 60 * 60_000

/** A record on its way into a partition of `activity`. */
export interface Outgoing extends NewRecord {
  partition: number
}

/** What a retry of a letter would write, once it is known that the log has not got it. */
export interface Plan {
  kind: 'plan'
  letter: WholeLetter
  record: Outgoing
  activity: Activity
  mark: Mark
  /** Who is whom by the event: they go before it. */
  links: { record: Outgoing; activity: Activity; lead: string }[]
  /** When it came, ms since 1970. */
  cameAt: number
  /** From where the log may hold it: a time, or, of a record that was in the log before, the offset after it. */
  lookFrom: { time: number } | { offset: number }
}

/** Why a letter is not retried. It stays as it is. */
export interface Refusal {
  kind: 'refusal'
  letter: WholeLetter
  reason: string
  problems: readonly string[]
  next: string
}

export function refusal(letter: WholeLetter, reason: string, problem: string, next: string): Refusal {
  return { kind: 'refusal', letter, reason, problems: [problem], next }
}

import type { Millis, Model } from '@hotlead/model'
import {
  factsBefore,
  type Log,
  type LogFolded,
  outcomesIn,
  type Recorded,
  type ToldOutcome,
} from '@hotlead/whatif'
import type { Case } from './case.ts'
import { decide, type Ends } from './decide.ts'
import { othersOf } from './others.ts'

export interface Evidence {
  cases: Case[]
  ends: Ends
  /** Subjects with an outcome that the log says nothing of. */
  unknown: string[]
  /** Leads with an outcome of whom nothing was known before it. */
  nothingBefore: number
  /** Leads without an outcome that count as not won. */
  others: number
  /** Leads without an outcome that did something too recently to count as not won. */
  undecided: number
  log: LogFolded
}

export interface Wanted {
  /** What the facts are counted by. */
  model: Model
  /** Of a file; undefined: those that the log tells. */
  told: readonly ToldOutcome[] | undefined
  /** Outcomes that count as won. */
  good: ReadonlySet<string>
  /** Whether leads without an outcome count as not won. */
  others: boolean
  /** Outcomes before it are of leads that are left out. */
  from: Millis | undefined
}

/**
 * Reads a log twice, since an outcome is told after what led to it: for what became of whom, and then for each lead's facts
 * before that. A visitor that was a lead by the time of its outcome counts as that lead; a lead's first outcome counts.
 */
export async function gather(read: () => Log<Recorded>, w: Wanted): Promise<Evidence> {
  const inLog = await outcomesIn(read())
  const ends = decide(w.told ?? inLog.outcomes, inLog.links, w)
  const found = await factsBefore({ ...read(), model: w.model, latest: w.others }, ends.decided)
  const cases: Case[] = []
  const unknown: string[] = []
  let nothingBefore = 0
  for (const [i, { subject, good, at }] of ends.decided.entries()) {
    const lead = found.facts[i]
    if (lead) cases.push({ subject, good, at, lead })
    else if (found.known.has(subject)) nothingBefore++
    else unknown.push(subject)
  }
  const { others, undecided } = othersOf(cases, found.latest, {
    ended: ends.ended,
    from: w.from,
    end: found.log.end,
  })
  cases.push(...others)
  return { cases, ends, unknown, nothingBefore, others: others.length, undecided, log: found.log }
}

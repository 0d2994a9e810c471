import type { Lead } from '@hotlead/contracts'
import type { Millis } from '@hotlead/model'
import type { Case } from './case.ts'

/**
 * Leads without an outcome, as not won. Points fade: who ended is looked at some time after what it did last, so these are
 * looked at as long after their last activity (the median of those who ended), or a visit of the others would weigh more
 * than the same one of a lead that was won. Who did something more recently than that may still be won, and is left out.
 */
export function othersOf(
  cases: readonly Case[],
  latest: ReadonlyMap<string, { lead: Lead; at: Millis }>,
  { ended, from = 0, end }: { ended: ReadonlySet<string>; from: Millis | undefined; end: Millis },
): { others: Case[]; undecided: number } {
  const waited = median(cases.map(({ at, lead }) => Math.max(0, at - lead.last)))
  const others: Case[] = []
  let undecided = 0
  for (const [subject, { lead, at: last }] of latest) {
    if (ended.has(subject)) continue
    const at = last + waited
    if (at > end) undecided++
    else if (at >= from) others.push({ subject, good: false, at, lead })
  }
  return { others, undecided }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? 0
}

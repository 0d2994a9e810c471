import type { Millis } from '@hotlead/model'
import type { ToldInLog, ToldOutcome } from '@hotlead/whatif'

/** How each lead ended. */
export interface Ends {
  /** The first end of each lead, by the subject that it had then. */
  decided: { subject: string; good: boolean; at: Millis }[]
  /** Every lead that ended, whenever, by the subject that its past is with now. */
  ended: ReadonlySet<string>
  /** How many of each outcome count. */
  counts: ReadonlyMap<string, number>
  /** Outcomes of leads that had ended before. */
  again: number
  /** Opportunities that are no end of their own, since they do not count as good. */
  open: number
  /** Ends before the time from which on they count. */
  before: number
}

/**
 * The first outcome of each lead. An opportunity that is not asked for says nothing yet: what comes of it does.
 * @param links which visitor is which lead, and since when
 */
export function decide(
  told: readonly ToldOutcome[],
  links: ToldInLog['links'],
  { good, from = 0 }: { good: ReadonlySet<string>; from: Millis | undefined },
): Ends {
  const ended = new Set<string>()
  const decided: Ends['decided'] = []
  const counts = new Map<string, number>()
  let [again, open, before] = [0, 0, 0]
  for (const { subject, outcome, at } of told.toSorted((a, b) => a.at - b.at)) {
    if (outcome === 'opportunity' && !good.has(outcome)) {
      open++
      continue
    }
    const of = links.get(subject)
    const then = of?.findLast(link => link.at < at)?.lead
    // What it did before its first link went there, and stays there whoever it is later.
    const now = then ?? of?.[0]?.lead ?? subject
    if (ended.has(now)) {
      again++
      continue
    }
    ended.add(now)
    if (at < from) {
      before++
      continue
    }
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    decided.push({ subject: then ?? subject, good: good.has(outcome), at })
  }
  return { decided, ended, counts, again, open, before }
}

import type { Visit } from '@hotlead/contracts'
import type { Millis } from '../model.ts'

/** Visits of which a lead keeps both ends, the latest (about 10 bytes each); earlier ones are only counted. */
export const MOST_VISITS = 32

/**
 * Visits from both lists: two that are no more than `gap` apart are one. `over` are those before the latest 32, which
 * nothing joins any more; so counting is the same in any order for what happened within a lead's latest 32 visits.
 */
export function joinVisits(
  a: readonly Visit[],
  b: readonly Visit[],
  gap: Millis,
): { list: Visit[]; over: Visit[] } {
  const all: Visit[] = []
  for (const visit of [...a, ...b].sort((x, y) => x.from - y.from || x.to - y.to)) {
    const before = all.at(-1)
    if (before && visit.from - before.to <= gap)
      all[all.length - 1] = { from: before.from, to: Math.max(before.to, visit.to) }
    else all.push(visit)
  }
  const over = all.length > MOST_VISITS ? all.splice(0, all.length - MOST_VISITS) : []
  return { list: all, over }
}

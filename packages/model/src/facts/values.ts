import type { SeenValue } from '@hotlead/contracts'
import { mergeSorted } from './sorted.ts'

/** Different values that a lead keeps of a distinct count: of more, the latest (about 8 bytes each). */
export const MOST_VALUES = 64

/**
 * A value with its latest hour, among those that are known, sorted by value. What falls out has 64 others after it, which
 * only ever move on, so no order of events, and no way to merge them, would have kept it.
 */
export function addValues(known: readonly SeenValue[], more: readonly SeenValue[]): SeenValue[] {
  const all = mergeSorted(
    known,
    more,
    v => v.value,
    (a, b) => (a.hour >= b.hour ? a : b),
  )
  if (all.length <= MOST_VALUES) return all
  const latest = all.toSorted((a, b) => b.hour - a.hour || a.value - b.value).slice(0, MOST_VALUES)
  return latest.sort((a, b) => a.value - b.value)
}

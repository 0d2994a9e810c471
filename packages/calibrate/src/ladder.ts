import type { Counted } from './design.ts'

/** How many are counted, whatever is left of them. */
export function countOf(value: Counted): number {
  return typeof value === 'number' ? value : (value.at(-1)?.count ?? 0)
}

/** The decayed count: each match times what is left of it. */
export function fadedCount(value: Counted): number {
  if (typeof value === 'number') return value
  let below = 0
  let sum = 0
  for (const { count, weight } of value) {
    sum += (count - below) * weight
    below = count
  }
  return sum
}

/** What is left, from 0 to 1, of the step to a bracket: it fades with the match that took the count there. */
export function stepTo(from: number, value: Counted): number {
  if (typeof value === 'number') return value >= from ? 1 : 0
  return value.find(rung => rung.count >= from)?.weight ?? 0
}

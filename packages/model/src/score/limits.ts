import type { Range } from '../model.ts'

/** Thousandths of a point held within a limit. Never falls where what comes in rises. */
export function clamp(millipoints: number, limit: Range | undefined): number {
  if (!limit) return millipoints
  const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = limit
  return Math.max(Math.round(atLeast * 1000), Math.min(Math.round(atMost * 1000), millipoints))
}

/**
 * From each rule's part to the score: the limits of groups, then of the whole. Never falls where a part rises.
 * @param taken told of what each limit takes away (or, of a lower limit, adds), so that parts sum to the score
 */
export function underLimits(
  score: {
    rules: readonly { group: string | undefined }[]
    groups: readonly { name: string; limit: Range }[]
    limit: Range | undefined
  },
  parts: readonly number[],
  taken?: (limit: string, millipoints: number) => void,
): number {
  let sum = 0
  for (let i = 0; i < parts.length; i++) sum += parts[i] as number
  if (score.groups.length === 0 && !score.limit) return sum
  for (const { name: group, limit } of score.groups) {
    let of = 0
    for (let i = 0; i < parts.length; i++) if (score.rules[i]?.group === group) of += parts[i] as number
    const change = clamp(of, limit) - of
    if (change !== 0) taken?.(`limit of ${group}`, change)
    sum += change
  }
  const change = clamp(sum, score.limit) - sum
  if (change !== 0) taken?.('limit', change)
  return sum + change
}

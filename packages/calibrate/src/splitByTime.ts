import type { Millis } from '@hotlead/model'

/**
 * What came out before `from`, and what at it or later. Strict: samples of one time are never divided, so nothing that
 * is learned from was known later than anything that is held out.
 */
export function splitByTime<S extends { at: Millis }>(
  samples: readonly S[],
  from: Millis,
): { before: S[]; after: S[] } {
  return { before: samples.filter(s => s.at < from), after: samples.filter(s => s.at >= from) }
}

/**
 * The time from which on about `share` of the samples lie: the one whose part is nearest to it, of those that leave
 * something on both sides. Undefined where all are of one time.
 */
export function timeOfLast(samples: readonly { at: Millis }[], share: number): Millis | undefined {
  const times = samples.map(s => s.at).sort((a, b) => a - b)
  let best: Millis | undefined
  let distance = Number.POSITIVE_INFINITY
  for (const [i, time] of times.entries()) {
    if (i === 0 || time === times[i - 1]) continue
    const off = Math.abs((times.length - i) / times.length - share)
    if (off < distance) [best, distance] = [time, off]
  }
  return best
}

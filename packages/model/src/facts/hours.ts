import type { Bucket, SignalFacts } from '@hotlead/contracts'
import type { Millis } from '../model.ts'
import { HOUR } from '../score/decay.ts'
import { lowerBound, mergeSorted } from './sorted.ts'

export function hourOf(at: Millis): number {
  return Math.floor(at / HOUR)
}

/** So many more in an hour. */
export function addHour(buckets: readonly Bucket[], hour: number, count: number): Bucket[] {
  const j = lowerBound(buckets, b => b.hour < hour)
  const copy = buckets.slice()
  const bucket = copy[j]
  if (bucket?.hour === hour) copy[j] = { hour, count: bucket.count + count }
  else copy.splice(j, 0, { hour, count })
  return copy
}

export function addHours(a: readonly Bucket[], b: readonly Bucket[]): Bucket[] {
  return mergeSorted(
    a,
    b,
    x => x.hour,
    (x, y) => ({ hour: x.hour, count: x.count + y.count }),
  )
}

/** All that facts count, by the hour, ascending: matches as they are, a value at its latest hour, a visit at its first. */
export function hoursOf(facts: SignalFacts): readonly Bucket[] {
  if (facts.values.length === 0 && !facts.visits) return facts.buckets
  let hours: readonly Bucket[] = facts.buckets
  for (const v of facts.values) hours = addHour(hours, v.hour, 1)
  for (const v of facts.visits?.list ?? []) hours = addHour(hours, hourOf(v.from), 1)
  return hours
}

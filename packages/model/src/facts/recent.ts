import { RECENT_IDS, type Recent } from '@hotlead/contracts'
import type { Millis } from '../model.ts'
import { HOUR } from '../score/decay.ts'
import { lowerBound } from './sorted.ts'

/** Ids that tell a repeat are those of the latest RECENT_IDS activities within a day before the latest of all (G3). */
const RECENT_AGE: Millis = 24 * HOUR
/** Activities that keep their line for the timeline, at any age: what a person reads before calling. */
export const TIMELINE = 10

export function byTime(a: Recent, b: Recent): number {
  return a.at - b.at || a.id - b.id
}

export function withRecent(recent: Recent[], fresh: Recent): Recent[] {
  const i = lowerBound(recent, r => byTime(r, fresh) < 0)
  if (recent.length >= RECENT_IDS && i === 0) return recent
  const copy = recent.slice()
  copy.splice(i, 0, fresh)
  return remembered(copy)
}

/**
 * What is kept of activities in order of time. What falls out here would fall out of any later list too, so neither the
 * order of events nor that of merges matters. A line is most of an activity's bytes: beyond the timeline it goes.
 */
export function remembered(recent: Recent[]): Recent[] {
  const { length } = recent
  const oldest = (recent.at(-1)?.at ?? 0) - RECENT_AGE
  let start = Math.max(0, length - RECENT_IDS)
  while (start < length - TIMELINE && (recent[start] as Recent).at < oldest) start++
  const kept = start === 0 ? recent : recent.slice(start)
  // To the start: after a merge, a line of the one may stand before what the other has emptied already.
  for (let i = kept.length - TIMELINE - 1; i >= 0; i--)
    if (kept[i]?.what !== '') kept[i] = { ...(kept[i] as Recent), what: '' }
  return kept
}

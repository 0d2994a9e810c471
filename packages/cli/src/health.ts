import { isRebuilding, type Position } from '@hotlead/stream'
import { counted } from './counted.ts'
import { lengthText } from './times.ts'

/** One part of an installation. */
export interface Part {
  name: string
  address: string
  isUp: boolean
  /** What is wrong with it, or what there is to say. */
  note: string
}

/** How far a processor is behind its log. */
export interface Lag {
  /** Records of the log that are not folded yet, over all partitions. */
  records: number
  /** Age of the last folded record of the partition that is furthest behind; 0 where nothing waits. */
  seconds: number
  /** Being rebuilt: what Redis holds of them is not whole. */
  rebuilding: number[]
  /** Records that a person has decided to go on without. */
  losses: { partition: number; from: number; to: number; at: number }[]
  /** Of which Redis holds nothing: it was emptied, or nobody ever owned them. */
  unowned: number[]
  /** Far behind, and no further after a while: nobody folds them. */
  still: number[]
  partitions: { partition: number; next: number; records: number; seconds: number }[]
}

/** @param ends of the source log by partition @param now ms since 1970, by the wall clock */
export function lagOf(
  ends: ReadonlyMap<number, number>,
  starts: ReadonlyMap<number, number>,
  positions: ReadonlyMap<number, Position | undefined>,
  now: number,
): Lag {
  const rebuilding: number[] = []
  const unowned: number[] = []
  const losses: Lag['losses'] = []
  const partitions = [...ends]
    .sort(([a], [b]) => a - b)
    .map(([partition, end]) => {
      const position = positions.get(partition)
      if (position === undefined) unowned.push(partition)
      else if (isRebuilding(position)) rebuilding.push(partition)
      for (const loss of position?.losses ?? []) losses.push({ partition, ...loss })
      const next = Math.max(position?.next ?? 0, starts.get(partition) ?? 0)
      const records = Math.max(0, end - next)
      const clock = position?.clock ?? 0
      // A clock that never moved says nothing about age.
      const seconds = records > 0 && clock > 0 ? Math.max(0, now - clock) / 1000 : 0
      return { partition, next, records, seconds }
    })
  return {
    records: partitions.reduce((sum, p) => sum + p.records, 0),
    seconds: Math.max(0, ...partitions.map(p => p.seconds)),
    rebuilding,
    losses,
    unowned,
    still: [],
    partitions,
  }
}

/** Seconds behind from which a partition that does not move is not just slow to begin. */
const FAR_BEHIND = 30

/** A processor, or one of its partitions. */
export function isFarBehind(lag: Pick<Lag, 'records' | 'seconds'>): boolean {
  return lag.records > 0 && lag.seconds > FAR_BEHIND
}

/** With the partitions that are far behind in `before` and have not moved since: a processor that catches up moves all the time. */
export function withStill(before: Lag, after: Lag): Lag {
  const nexts = new Map(after.partitions.map(p => [p.partition, p.next]))
  const still = before.partitions
    .filter(p => isFarBehind(p) && nexts.get(p.partition) === p.next)
    .map(p => p.partition)
  return { ...after, still }
}

/** A processor's lag in words. */
export function lagText(lag: Lag): string {
  const parts =
    lag.records === 0
      ? ['caught up']
      : [
          `${counted(lag.records, 'record')} behind`,
          ...(lag.seconds > 0 ? [lengthText(lag.seconds * 1000)] : []),
        ]
  const list = (partitions: number[]) => partitions.join(', ')
  if (lag.rebuilding.length > 0) parts.push(`rebuilding partition ${list(lag.rebuilding)}`)
  if (lag.unowned.length > 0) parts.push(`nothing in Redis of partition ${list(lag.unowned)}`)
  if (lag.still.length > 0)
    parts.push(`partition ${list(lag.still)} stands still: nobody folds it. Restart the service`)
  for (const { partition, from, to, at } of lag.losses)
    parts.push(
      `partition ${partition} goes on without offsets ${from} to ${to - 1} since ${new Date(at).toISOString().slice(0, 10)}`,
    )
  return parts.join(', ')
}

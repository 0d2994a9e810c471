import { FOLLOW_UP } from '../facts/lead.ts'
import { type Condition, MAIN } from '../model.ts'
import { boundsOf } from './schema/basics.ts'
import type { ConditionSource } from './schema/condition.ts'

/** What a condition may refer to. */
export interface Terms {
  /** How many of a signal's facts make one unit: 1, or of a sum 1000. */
  perUnitOf(signal: string): number
  segment(name: string): Condition
  /** From the first to the last. */
  phases: readonly string[]
}

/** A condition as written, with its segments in place. What it refers to is there. */
export function toCondition(m: Terms, c: ConditionSource): Condition {
  const each = (list: readonly ConditionSource[]) => list.map(x => toCondition(m, x))
  if (c.all) return { kind: 'all', of: each(c.all) }
  if (c.any) return { kind: 'any', of: each(c.any) }
  if (c.not) return { kind: 'not', of: toCondition(m, c.not) }
  if (c.of) return { kind: 'atLeast', least: c.atLeast as number, of: each(c.of) }
  if (c.segment !== undefined) return { kind: 'segment', name: c.segment, of: m.segment(c.segment) }
  if (c.score) return { kind: 'score', of: c.score.of ?? MAIN, range: boundsOf(c.score) }
  if (c.fit) return { kind: 'fit', range: boundsOf(c.fit) }
  if (c.grid) return { kind: 'grid', cells: c.grid }
  if (c.phase) return { kind: 'phase', names: phasesOf(m, c.phase) }
  if (c.tier) return { kind: 'tier', names: c.tier }
  if (c.consent !== undefined) return { kind: 'consent', name: c.consent }
  if (c.count) {
    const { signal, within } = c.count
    return { kind: 'count', signal, perUnit: m.perUnitOf(signal), within, range: boundsOf(c.count) }
  }
  if (c.recency) {
    const { signal, within } = c.recency
    return within === undefined ? { kind: 'sinceTier', signal } : { kind: 'recency', signal, within }
  }
  if (c.followUps) {
    if (c.followUps.since !== undefined) return { kind: 'sinceTier', signal: FOLLOW_UP }
    const { within } = c.followUps
    return { kind: 'count', signal: FOLLOW_UP, perUnit: 1, within, range: boundsOf(c.followUps) }
  }
  return { kind: 'attribute', ...(c.attribute as NonNullable<typeof c.attribute>) }
}

/** Names are by themselves; `atLeast` is this phase and every later one. */
function phasesOf({ phases }: Terms, asked: NonNullable<ConditionSource['phase']>): string[] {
  if (Array.isArray(asked)) return asked
  return phases.slice(phases.indexOf(asked.atLeast))
}

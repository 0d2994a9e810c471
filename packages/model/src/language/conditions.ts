import { FOLLOW_UP } from '../facts/lead.ts'
import { PER_UNIT_OF_SUM } from '../match/counting.ts'
import { type Condition, MAIN } from '../model.ts'
import { boundsOf } from './schema/basics.ts'
import type { ConditionSource } from './schema/condition.ts'
import type { ModelSource } from './schema/model.ts'

type Parts = Pick<ModelSource, 'signals' | 'segments' | 'phases'>

/** A condition as written, with its segments in place. What it refers to is there. */
export function toCondition(m: Parts, c: ConditionSource): Condition {
  const each = (list: readonly ConditionSource[]) => list.map(x => toCondition(m, x))
  if (c.all) return { kind: 'all', of: each(c.all) }
  if (c.any) return { kind: 'any', of: each(c.any) }
  if (c.not) return { kind: 'not', of: toCondition(m, c.not) }
  if (c.of) return { kind: 'atLeast', least: c.atLeast as number, of: each(c.of) }
  if (c.segment !== undefined)
    return {
      kind: 'segment',
      name: c.segment,
      of: toCondition(m, m.segments?.[c.segment] as ConditionSource),
    }
  if (c.score) return { kind: 'score', of: c.score.of ?? MAIN, range: boundsOf(c.score) }
  if (c.fit) return { kind: 'fit', range: boundsOf(c.fit) }
  if (c.grid) return { kind: 'grid', cells: c.grid }
  if (c.phase) return { kind: 'phase', names: phasesOf(m, c.phase) }
  if (c.tier) return { kind: 'tier', names: c.tier }
  if (c.consent !== undefined) return { kind: 'consent', name: c.consent }
  if (c.count) {
    const { signal, within } = c.count
    const perUnit = m.signals[signal]?.count?.sum ? PER_UNIT_OF_SUM : 1
    return { kind: 'count', signal, perUnit, within, range: boundsOf(c.count) }
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
function phasesOf({ phases = [] }: Parts, asked: NonNullable<ConditionSource['phase']>): string[] {
  if (Array.isArray(asked)) return asked
  return phases.slice(phases.findIndex(p => p.name === asked.atLeast)).map(p => p.name)
}

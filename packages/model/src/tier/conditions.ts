import { inRange, passes } from '../match/passes.ts'
import type { Condition, Leaf } from '../model.ts'
import type { Situation } from './situation.ts'

export function holds(c: Condition, s: Situation): boolean {
  switch (c.kind) {
    case 'all':
      return c.of.every(x => holds(x, s))
    case 'any':
      return c.of.some(x => holds(x, s))
    case 'not':
      return !holds(c.of, s)
    case 'atLeast':
      return c.of.filter(x => holds(x, s)).length >= c.least
    case 'segment':
      return holds(c.of, s)
    case 'score':
      return inRange(s.score(c.of), c.range)
    case 'fit':
      return inRange(s.fit, c.range)
    case 'grid':
      return c.cells.includes(s.cell)
    case 'phase':
      return c.names.includes(s.phase)
    case 'tier':
      return c.names.includes(s.state.tier)
    case 'count':
      return inRange(s.count(c.signal, c.within, c.perUnit), c.range)
    case 'recency': {
      const last = s.lastOf(c.signal)
      return last !== undefined && s.t - last < c.within
    }
    case 'sinceTier': {
      const last = s.lastOf(c.signal)
      return last !== undefined && last > s.state.since
    }
    case 'attribute':
      return passes(s.attribute(c.name), c.test)
    case 'consent':
      return String(s.attribute(consentName(c.name))) === 'true'
  }
}

/** Under which name a lead's attributes have a consent. */
export function consentName(name: string): string {
  return `consent.${name}`
}

/** The parts of a tree's node; undefined of a leaf. */
export function partsOf(c: Condition): readonly Condition[] | undefined {
  switch (c.kind) {
    case 'all':
    case 'any':
    case 'atLeast':
      return c.of
    case 'not':
    case 'segment':
      return [c.of]
    default:
      return undefined
  }
}

/** Visits every leaf of a condition tree, a segment's too. */
export function eachLeaf(c: Condition, visit: (leaf: Leaf) => void): void {
  const parts = partsOf(c)
  if (parts) for (const part of parts) eachLeaf(part, visit)
  else visit(c as Leaf)
}

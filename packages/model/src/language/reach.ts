import type { Condition, Grid, Leaf, Millis, Model, Range, Rule } from '../model.ts'
import { reachOf } from '../score/decay.ts'
import { eachLeaf, partsOf } from '../tier/conditions.ts'

type Parts = Pick<Model, 'scores' | 'grid' | 'phases' | 'segments' | 'suppress' | 'tiers'>

/** Every condition that decides a tier or a phase, with what its coming true does: lift a lead, hold it down, or either. */
function conditionsOf({
  phases,
  suppress,
  tiers,
}: Parts): { condition: Condition; does: 'lifts' | 'holds' | 'either' }[] {
  const of = (condition: Condition | undefined, does: 'lifts' | 'holds' | 'either') =>
    condition ? [{ condition, does }] : []
  return [
    ...phases.flatMap(p => of(p.when, 'either')),
    ...suppress.flatMap(s => of(s.when, 'holds')),
    // A tier is entered where enter holds and exit does not.
    ...tiers.flatMap(t => [...of(t.enter, 'lifts'), ...of(t.exit, 'holds')]),
  ]
}

/**
 * How far back each kind of facts is looked at by the hour; 0 where its hours only add up; no entry of those that nothing
 * reads. A segment looks back too where no tier asks for it: `hotlead leads --where` does.
 */
export function reachOfFacts(parts: Parts): ReadonlyMap<string, Millis> {
  const reach = new Map<string, Millis>()
  const extend = (facts: string, length: Millis) => reach.set(facts, Math.max(reach.get(facts) ?? 0, length))
  for (const { rules } of parts.scores)
    for (const r of rules)
      for (const term of r.terms) extend(term.facts, r.decay.kind === 'none' ? 0 : reachOf(r.decay))
  // A segment that no tier asks for is there for questions about leads.
  const conditions = [...conditionsOf(parts).map(c => c.condition), ...parts.segments.values()]
  for (const condition of conditions)
    eachLeaf(condition, leaf => {
      if (leaf.kind === 'count') extend(leaf.signal, leaf.within ?? 0)
    })
  return reach
}

/** What time alone can make true: something that only shrinks stands under a not, or below a bound. */
export function risers(parts: Parts): Pick<Model, 'rising' | 'alwaysRising'> {
  const rules = parts.scores.flatMap(s => s.rules)
  const rising = new Set(rules.filter(fades).flatMap(r => r.terms.filter(t => isBad(r, t)).map(t => t.facts)))
  let alwaysRising = false
  const visitLeaf = (leaf: Leaf, negated: boolean): void => {
    switch (leaf.kind) {
      case 'recency':
      case 'sinceTier':
        if (negated) rising.add(leaf.signal)
        return
      case 'score':
        if (wantsLittle(leaf.range, negated)) alwaysRising = true
        return
      case 'count':
        if (leaf.within !== undefined && wantsLittle(leaf.range, negated)) rising.add(leaf.signal)
        return
      case 'grid':
        if (negated || !isUpward(parts.grid as Grid, leaf.cells)) alwaysRising = true
        return
      case 'phase':
        // Silence moves a lead to another phase by the conditions of phases, which are visited both ways.
        return
    }
  }
  const visit = (c: Condition, negated: boolean): void => {
    const inner = partsOf(c)
    if (inner) for (const x of inner) visit(x, (c.kind === 'not') !== negated)
    else visitLeaf(c as Leaf, negated)
  }
  for (const { condition, does } of conditionsOf(parts)) {
    if (does !== 'holds') visit(condition, false)
    if (does !== 'lifts') visit(condition, true)
  }
  return { rising, alwaysRising }
}

function fades(rule: Rule): boolean {
  return rule.decay.kind !== 'none'
}

function isBad(rule: Rule, term: Rule['terms'][number]): boolean {
  return rule.brackets ? rule.brackets.some(b => b.points < 0) : term.points < 0
}

function wantsLittle(range: Range, negated: boolean): boolean {
  const upper = range.atMost !== undefined || range.below !== undefined
  const lower = range.atLeast !== undefined || range.above !== undefined
  return negated ? lower : upper
}

/** Whether a lower score never leads into the cells: with each of them all better ones of its row are there. */
function isUpward(grid: Grid, cells: readonly string[]): boolean {
  return grid.fit.every(f => {
    const there = grid.score.map(s => cells.includes(f.name + s.name))
    return there.every((is, i) => !is || i === 0 || there[i - 1])
  })
}

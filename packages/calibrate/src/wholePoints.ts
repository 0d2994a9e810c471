import { aucOf } from './auc.ts'
import type { Choice } from './chooseRules.ts'
import type { Sample, Term } from './design.ts'
import { pointsOf, type Rule, totalOf } from './rules.ts'

/** What the largest rule may be worth. Small figures are easier to argue about; large ones lose less. */
const FIGURES = [10, 20, 30, 50, 100]
/** What rounding may cost in AUC before the next figure is taken: a twentieth of what two good models differ by. */
const COST = 0.0005

export interface Whole {
  rules: readonly Rule[]
  /** What the largest rule is worth at most. */
  largest: number
  /** AUC of the weights as they were fitted less that of the whole points, on the training samples. */
  cost: number
}

/**
 * Whole-number points: the weights times one factor, such that the rule that moves most is worth the smallest round
 * figure at which rounding costs at most 0.0005 of AUC on the training samples. Brackets that round to those below them
 * are left out, and so are rules of which nothing remains.
 */
export function wholePoints(choice: Choice, training: readonly Sample[]): Whole {
  const exact = exactRules(choice)
  const outcomes = training.map(s => s.outcome)
  const aucBy = (rules: readonly Rule[]) =>
    aucOf(
      training.map(s => totalOf(rules, s)),
      outcomes,
    )
  const before = aucBy(exact)
  const reach = Math.max(...exact.map(rule => reachOf(rule, training)), 0)
  let whole: Whole = { rules: [], largest: 0, cost: 0 }
  if (reach === 0) return whole
  for (const largest of FIGURES) {
    const rules = exact.flatMap(rule => rounded(rule, largest / reach))
    whole = { rules, largest, cost: before - aucBy(rules) }
    if (whole.cost <= COST) break
  }
  return whole
}

/** The fitted weights as rules: in log-odds, and steps summed up to brackets. */
export function exactRules({ terms, kept, weights }: Choice): Rule[] {
  return kept.map(place => {
    let sum = 0
    const parts = weights.columns.flatMap(({ term: of, part }, j) => {
      const weight = weights.weights[j] as number
      if (of !== place) return []
      if (part.kind === 'from') sum += weight
      return weight === 0 ? [] : [{ part, points: part.kind === 'from' ? sum : weight }]
    })
    return { term: terms[place] as Term, place, parts }
  })
}

function reachOf(rule: Rule, training: readonly Sample[]): number {
  return training.reduce((most, s) => Math.max(most, Math.abs(pointsOf(rule, s))), 0)
}

function rounded(rule: Rule, factor: number): Rule[] {
  let below = 0
  const parts = rule.parts.flatMap(({ part, points }): Rule['parts'] => {
    const whole = Math.round(points * factor) + 0
    if (part.kind !== 'from') return whole === 0 ? [] : [{ part, points: whole }]
    if (whole === below) return []
    below = whole
    return [{ part, points: whole }]
  })
  return parts.length === 0 ? [] : [{ ...rule, parts }]
}

import { choosePenalty } from './choosePenalty.ts'
import type { Shape } from './columns.ts'
import type { Sign } from './coordinateDescent.ts'
import type { Sample, Term } from './design.ts'
import type { Fold } from './fold.ts'
import { fitDownTo } from './path.ts'
import { signsOf } from './signs.ts'
import { leaningOf, learningOf, swingOf, type Weights, weightsOf } from './weights.ts'

/** A light penalty, as a share of the one that lets nothing in: enough to choose between near equals. */
const LIGHT = 0.02

export interface Choice {
  terms: readonly Term[]
  /** Places of the terms that became rules. */
  kept: readonly number[]
  weights: Weights
  /** The penalty, as a share of the one that lets nothing in. */
  share: number
}

/**
 * At most `most` rules, and their weights in log-odds.
 *
 * 1. A free fit at a light penalty says which way each count leans: brackets must grow away from zero, so all steps of
 *    a count get one sign. Terms that it does not use are out.
 * 2. A fit with these signs says how much each term moves the log-odds from lead to lead; the `most` that move it most
 *    stay.
 * 3. These are fitted once more, with a penalty of their own that the fold chooses: the one that chooses among many
 *    shrinks the few too much (the relaxed lasso of Meinshausen, Comput. Stat. Data Anal. 52, 2007).
 */
export function chooseRules(
  terms: readonly Term[],
  training: readonly Sample[],
  most: number,
  fold: Fold,
  shape?: Shape,
): Choice {
  const whole = (among: readonly number[], leaning: readonly Sign[], share: number) => {
    const learning = learningOf(terms, among, training, shape)
    return { learning, fit: fitDownTo(learning, share, signsOf(learning, leaning)) }
  }
  const everything = terms.map((_, i) => i)
  const none = terms.map((): Sign => 0)
  const free = whole(everything, none, LIGHT)
  const leaning = leaningOf(free.learning, free.fit)
  const signed = whole(strongest(swingOf(free.learning, free.fit), terms.length), leaning, LIGHT)
  const kept = strongest(swingOf(signed.learning, signed.fit), most)
  const share = choosePenalty(terms, kept, fold, leaning, shape)
  const { learning, fit } = whole(kept, leaning, share)
  return { terms, kept, weights: weightsOf(learning, fit), share }
}

/** Places of the largest that are above 0, ascending. */
function strongest(swings: readonly number[], most: number): number[] {
  return swings
    .map((swing, place) => ({ swing, place }))
    .filter(({ swing }) => swing > 0)
    .sort((a, b) => b.swing - a.swing)
    .slice(0, most)
    .map(({ place }) => place)
    .sort((a, b) => a - b)
}

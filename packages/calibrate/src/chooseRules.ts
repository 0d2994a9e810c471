import type { Shape } from './columns.ts'
import { aucOf } from './auc.ts'
import type { Sign } from './coordinateDescent.ts'
import type { Sample, Term } from './design.ts'
import { type Data, logLoss, logOdds } from './logistic.ts'
import { fitDownTo, pathOf, type Step } from './path.ts'
import { splitByTime, timeOfLast } from './splitByTime.ts'
import {
  type Learning,
  leaningOf,
  learningOf,
  seenThrough,
  swingOf,
  type Weights,
  weightsOf,
} from './weights.ts'

export interface Choice {
  terms: readonly Term[]
  /** Places of the terms that became rules. */
  kept: readonly number[]
  weights: Weights
  penalty: number
}

/** The latest quarter of the training time judges the penalties: they must hold for a time to come. */
const JUDGING = 1 / 4

/**
 * At most `most` rules, and their weights in log-odds.
 *
 * 1. A free fit says which way each count leans: brackets must grow away from zero, so all steps of a count get one
 *    sign. Terms that it does not use are out.
 * 2. A fit with these signs says how much each term moves the log-odds from lead to lead; the `most` that move it most
 *    stay.
 * 3. These are fitted once more, with a penalty of their own: that of many candidates shrinks the few too much
 *    (the relaxed lasso of Meinshausen, Comput. Stat. Data Anal. 52, 2007).
 *
 * Each penalty is the one whose fit on the earlier training samples has the least log-loss on the latest quarter. The
 * last fit is then made on all of them.
 */
export function chooseRules(
  terms: readonly Term[],
  training: readonly Sample[],
  most: number,
  shape?: Shape,
): Choice {
  const { before, after } = splitByTime(training, timeOfLast(training, JUDGING) ?? Number.NEGATIVE_INFINITY)
  const [learn, judge] = both(before) && both(after) ? [before, after] : [training, training]
  const look = (among: readonly number[], leaning: readonly Sign[]) => {
    const learning = learningOf(terms, among, learn, shape)
    const { penalty, fit } = bestOf(learning, seenThrough(learning, judge), leaning)
    return { penalty, swings: swingOf(learning, fit), leaning: leaningOf(learning, fit) }
  }

  const free = look(
    terms.map((_, i) => i),
    terms.map(() => 0),
  )
  const { leaning } = free
  const signed = look(strongest(free.swings, terms.length), leaning)
  const kept = strongest(signed.swings, most)
  const { penalty } = look(kept, leaning)
  const whole = learningOf(terms, kept, training, shape)
  const fit = fitDownTo(whole, penalty, signsOf(whole, leaning))
  return { terms, kept, weights: weightsOf(whole, fit), penalty }
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

function bestOf(learning: Learning, judging: Data, leaning: readonly Sign[]): Step {
  let best: Step | undefined
  let least = Number.POSITIVE_INFINITY
  let since = 0
  const won = Array.from(judging.outcomes, y => y === 1)
  for (const step of pathOf(learning, signsOf(learning, leaning))) {
    const odds = logOdds(judging.columns, judging.outcomes.length, step.fit)
    const loss = process.env['J'] === 'auc' ? 1 - aucOf([...odds], won) : logLoss(odds, judging.outcomes)
    if (loss < least) [best, least, since] = [step, loss, 0]
    else if (++since === 8) break
  }
  return best as Step
}

/** Steps of a count have its sign; points a match, and all of an attribute, are free. */
function signsOf({ terms, chosen }: Learning, leaning: readonly Sign[]): Sign[] {
  return chosen.map(({ term, part }) =>
    terms[term]?.kind === 'count' && part.kind === 'from' ? (leaning[term] as Sign) : 0,
  )
}

function both(samples: readonly Sample[]): boolean {
  return samples.some(s => s.outcome) && samples.some(s => !s.outcome)
}

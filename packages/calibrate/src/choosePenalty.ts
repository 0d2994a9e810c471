import type { Shape } from './columns.ts'
import type { Sign } from './coordinateDescent.ts'
import type { Term } from './design.ts'
import type { Fold } from './fold.ts'
import { logLoss, logOdds } from './logistic.ts'
import { pathOf } from './path.ts'
import { signsOf } from './signs.ts'
import { learningOf, seenThrough } from './weights.ts'

/**
 * The penalty whose fit on the one part of the fold has the least log-loss on the other, as a share of the first
 * penalty: as a share it can be used on more samples. Log-loss and not AUC, which is flat where it is best: of two
 * penalties that rank alike the one with the truer probabilities is wanted.
 */
export function choosePenalty(
  terms: readonly Term[],
  among: readonly number[],
  { learn, judge }: Fold,
  leaning: readonly Sign[],
  shape?: Shape,
): number {
  const learning = learningOf(terms, among, learn, shape)
  const judging = seenThrough(learning, judge)
  let [best, least] = [1, Number.POSITIVE_INFINITY]
  for (const { share, fit } of pathOf(learning, signsOf(learning, leaning))) {
    const loss = logLoss(logOdds(judging.columns, judge.length, fit), judging.outcomes)
    if (loss < least) [best, least] = [share, loss]
  }
  return best
}

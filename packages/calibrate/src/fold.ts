import type { Sample } from './design.ts'
import { splitByTime, timeOfLast } from './splitByTime.ts'

/** Training samples once more divided: fits are made on the one part and their penalties judged by the other. */
export interface Fold {
  learn: readonly Sample[]
  judge: readonly Sample[]
}

/** The latest quarter of the training time judges: a penalty must hold for a time to come. */
export function latestQuarter(training: readonly Sample[]): Fold {
  const { before, after } = splitByTime(training, timeOfLast(training, 1 / 4) ?? Number.NEGATIVE_INFINITY)
  return both(before) && both(after) ? { learn: before, judge: after } : { learn: training, judge: training }
}

function both(samples: readonly Sample[]): boolean {
  return samples.some(s => s.outcome) && samples.some(s => !s.outcome)
}

import { lengthOf, YEAR } from './decay.mjs'

/**
 * How far back facts are looked at by the hour: the longest decay of a rule that counts them, and the longest window of
 * any condition that does. Hours beyond it are kept as one number. What nothing reads is kept for a leap year.
 */
export function reachOf(model, facts) {
  const reaches = []
  for (const score of model.scores)
    for (const { terms, decay } of score.rules)
      if (terms.some(t => t.facts === facts)) reaches.push(decay.kind === 'none' ? 0 : lengthOf(decay))
  for (const { count } of model.leaves) if (count?.signal === facts) reaches.push(count.within ?? 0)
  return reaches.length > 0 ? Math.max(...reaches) : YEAR
}

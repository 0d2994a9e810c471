import { lengthOf } from './decay.mjs'

/**
 * How far back facts are looked at by the hour: the longest decay of a rule that counts them, and the longest window of
 * any condition that does. Hours beyond it are kept as one number.
 */
export function reachOf(model, facts) {
  let reach = 0
  for (const score of model.scores)
    for (const { terms, decay } of score.rules)
      if (decay.kind !== 'none' && terms.some(t => t.facts === facts))
        reach = Math.max(reach, lengthOf(decay))
  for (const { count } of model.leaves)
    if (count?.signal === facts && count.within !== undefined) reach = Math.max(reach, count.within)
  return reach
}

/** In thousandths: a number alone bounds away from 0. */
export function readLimit(limit) {
  if (limit === undefined) return { least: -Infinity, most: Infinity }
  const { atLeast = -Infinity, atMost = Infinity } =
    typeof limit === 'object' ? limit : limit < 0 ? { atLeast: limit } : { atMost: limit }
  return { least: Math.round(atLeast * 1000), most: Math.round(atMost * 1000) }
}

/** Thousandths within a limit. */
export function limited(n, { least, most }) {
  return Math.max(least, Math.min(most, n))
}

/**
 * What the limits of a score take away of its rules' parts, in the order in which they do: [{ rule, millipoints }] where
 * something is taken (or, by a lower limit, given).
 * @param partOf(rule) its part in thousandths
 */
export function takenByLimits(score, partOf) {
  const taken = []
  const take = (rule, of, limit) => {
    const change = limited(of, limit) - of
    if (change !== 0) taken.push({ rule, millipoints: change })
    return change
  }
  let sum = 0
  for (const rule of score.rules) sum += partOf(rule)
  for (const group of score.groups) {
    let of = 0
    for (const rule of score.rules) if (rule.group === group.name) of += partOf(rule)
    sum += take(`limit of ${group.name}`, of, group.limit)
  }
  take('limit', sum, score.limit)
  return taken
}

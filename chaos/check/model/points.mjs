import { weight } from './decay.mjs'
import { limited, takenByLimits } from './limits.mjs'

/** How near to the middle between two thousandths a part may be before its rounding is anybody's guess. */
const NEAR = 1e-6

/**
 * A score of a lead's facts at t in thousandths of a point, rule by rule, each rounded and within its limit, then less
 * what the limits of groups and of the whole take. A part that lies within a millionth of the middle may be rounded either
 * way, by whoever adds floating-point numbers in another order: `other` is the other way then.
 * @param awardsOf(rule) what it gives hour by hour, of awards.mjs
 * @returns { millipoints, parts: [{ rule, millipoints, other }], low, high }
 */
export function scoreAt(score, awardsOf, t) {
  const parts = new Map()
  for (const rule of score.rules) {
    let exact = 0
    for (const { hour, points } of awardsOf(rule)) exact += points * weight(rule.decay, hour, t) * 1000
    const rounded = Math.round(exact)
    const fraction = exact - Math.floor(exact)
    const other = Math.abs(fraction - 0.5) < NEAR ? Math.floor(exact) + Math.ceil(exact) - rounded : rounded
    const [one, two] = [rounded, other].map(n => limited(n, rule.limit) + 0)
    parts.set(rule.name, { rule: rule.name, millipoints: one, other: two })
  }
  const total = pick => {
    const partOf = rule => pick(parts.get(rule.name))
    const sum = score.rules.reduce((n, rule) => n + partOf(rule), 0)
    return takenByLimits(score, partOf).reduce((n, c) => n + c.millipoints, sum)
  }
  const millipoints = total(p => p.millipoints)
  const all = [...parts.values()]
  const isSure = all.every(p => p.millipoints === p.other)
  return {
    millipoints,
    parts: all.filter(p => p.millipoints !== 0 || p.other !== 0),
    low: isSure ? millipoints : total(p => Math.min(p.millipoints, p.other)),
    high: isSure ? millipoints : total(p => Math.max(p.millipoints, p.other)),
  }
}

/** What is wrong with contributions and score that were published, against the recount; undefined where nothing is. */
export function wrongScore(score, { parts }, published) {
  const found = new Map(published.contributions.map(c => [c.rule, c.millipoints]))
  if (found.size !== published.contributions.length) return 'a rule contributes twice'
  const takes = new Map()
  for (const part of parts) {
    const is = found.get(part.rule) ?? 0
    if (is !== part.millipoints && is !== part.other)
      return `the rule ${part.rule} adds ${is} thousandths, by the recount ${part.millipoints}`
    takes.set(part.rule, is)
    found.delete(part.rule)
  }
  // Limits are whole numbers of whole numbers: of these very parts they take exactly so much.
  for (const limit of takenByLimits(score, rule => takes.get(rule.name) ?? 0)) {
    const is = found.get(limit.rule) ?? 0
    if (is !== limit.millipoints)
      return `the ${limit.rule} adds ${is} thousandths, by the recount ${limit.millipoints}`
    found.delete(limit.rule)
  }
  const [extra] = found
  if (extra) return `the rule ${extra[0]} adds ${extra[1]} thousandths, by the recount nothing`
  return sumOf(published)
}

/** What is wrong with the sum of contributions; undefined where they sum to the score. */
export function sumOf({ contributions, millipoints }) {
  const sum = contributions.reduce((total, c) => total + c.millipoints, 0)
  return sum === millipoints
    ? undefined
    : `the contributions sum to ${sum} thousandths, the score is ${millipoints}`
}

import { lengthOf } from './read.mjs'

export const HOUR = 3_600_000

/** What one match in an hour (since 1970) is still worth at t, its age counted from the hour's end. */
function weight(decay, hour, t) {
  const age = Math.max(0, t - (hour + 1) * HOUR)
  switch (decay.kind) {
    case 'none':
      return 1
    case 'halfLife':
      return age < lengthOf(decay) ? 2 ** (-age / decay.length) : 0
    case 'window':
      return age < decay.length ? 1 : 0
    case 'linear':
      return Math.max(0, 1 - age / decay.length)
    case 'steps':
      for (const step of decay.steps) if (age < step.within) return step.weight
      return 0
    default:
      throw new Error(`a decay that this checker does not know: ${decay.kind}`)
  }
}

/** Points of one rule at t, not rounded: the latest matches first, so many a UTC day, so many in all, each faded. */
function pointsOf(rule, facts, t) {
  let left = rule.total ?? Infinity
  let sum = 0
  let day
  let leftToday
  for (const { hour, count } of facts.hours.toSorted((a, b) => b.hour - a.hour)) {
    if (Math.floor(hour / 24) !== day) {
      day = Math.floor(hour / 24)
      leftToday = rule.perDay ?? Infinity
    }
    const counted = Math.min(count, left, leftToday)
    left -= counted
    leftToday -= counted
    sum += counted * weight(rule.decay, hour, t)
  }
  if (rule.decay.kind === 'none') sum += Math.min(left, facts.older)
  return rule.points * sum
}

/** How near to the middle between two thousandths a part may be before its rounding is anybody's guess. */
const NEAR = 1e-6

/**
 * The score of a lead's facts at t in thousandths of a point, rule by rule, each rounded: the score is their sum. A part
 * that lies within a millionth of the middle may be rounded either way, by whoever adds floating-point numbers in another
 * order: `other` is the other way then.
 * @returns { millipoints, parts: [{ rule, millipoints, other }], low, high }
 */
export function scoreAt(model, facts, t) {
  const parts = []
  let millipoints = 0
  let low = 0
  let high = 0
  for (const rule of model.rules) {
    const signal = facts.signals.get(rule.signal)
    if (!signal) continue
    const exact = pointsOf(rule, signal, t) * 1000
    const rounded = Math.round(exact)
    const fraction = exact - Math.floor(exact)
    const other = Math.abs(fraction - 0.5) < NEAR ? Math.floor(exact) + Math.ceil(exact) - rounded : rounded
    millipoints += rounded
    low += Math.min(rounded, other)
    high += Math.max(rounded, other)
    if (rounded !== 0 || other !== 0)
      parts.push({ rule: rule.signal, millipoints: rounded + 0, other: other + 0 })
  }
  return { millipoints, parts, low, high }
}

/** What is wrong with contributions and score that were published for these facts at t; undefined where nothing is. */
export function wrongScore(model, facts, t, published) {
  const { parts } = scoreAt(model, facts, t)
  const found = new Map(published.contributions.map(c => [c.rule, c.millipoints]))
  if (found.size !== published.contributions.length) return 'a rule contributes twice'
  for (const part of parts) {
    const is = found.get(part.rule) ?? 0
    if (is !== part.millipoints && is !== part.other)
      return `the rule ${part.rule} adds ${is} thousandths, by the recount ${part.millipoints}`
    found.delete(part.rule)
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

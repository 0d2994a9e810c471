import { signalsOf } from '../lead/unsettled.mjs'
import { awardsOf, hoursOf } from './awards.mjs'
import { HOUR } from './decay.mjs'
import { limited } from './limits.mjs'
import { scoreAt } from './points.mjs'
import { passes } from './tests.mjs'

/** A lead's facts by a model: what does not depend on time is worked out once, however often it is asked for. */
export class Recount {
  #attributes
  #signals
  #awards = new Map()
  #fit

  constructor(model, facts) {
    this.model = model
    this.#attributes = facts.attributes
    this.#signals = signalsOf(facts)
  }

  /** @returns as scoreAt, of the score of that name */
  score(name, t) {
    return scoreAt(
      this.model.scores.find(s => s.name === name),
      rule => this.#awardsOf(rule),
      t,
    )
  }

  #awardsOf(rule) {
    if (!this.#awards.has(rule)) this.#awards.set(rule, awardsOf(rule, this.#signals))
    return this.#awards.get(rule)
  }

  /** Thousandths of a point; 0 where the model has no fit. */
  get fit() {
    this.#fit ??= this.model.fit ? fitOf(this.model.fit, name => this.attribute(name)).millipoints : 0
    return this.#fit
  }

  attribute(name) {
    return this.#attributes.get(name)?.value
  }

  /** ms since 1970 of the latest match; undefined where there was none. */
  last(signal) {
    return this.#signals.get(signal)?.last
  }

  /** Matches (of a sum, its value) whose hour ended less than `within` ago; of all time where that is undefined. */
  count({ signal, within, unit }, t) {
    const facts = this.#signals.get(signal)
    if (!facts) return 0
    let n = within === undefined ? facts.older : 0
    for (const { hour, count } of hoursOf(facts))
      if (within === undefined || t - (hour + 1) * HOUR < within) n += count
    return n / unit
  }

  hours(signal) {
    const facts = this.#signals.get(signal)
    return facts ? hoursOf(facts).map(h => h.hour) : []
  }
}

/**
 * Who a lead is, in thousandths of a point, rule by rule: the first row that its attribute passes, `otherwise` where it
 * passes none, `unknown` where it has no value.
 * @returns { millipoints, parts: [{ rule, millipoints }] } with what the limit takes as a part of its own
 */
export function fitOf(fit, attribute) {
  const parts = []
  let sum = 0
  for (const rule of fit.rules) {
    const value = attribute(rule.attribute)
    const isKnown = value !== undefined && value !== ''
    const row = rule.rows.find(r => passes(value, r.test))
    const points = isKnown ? (row?.points ?? rule.otherwise) : rule.unknown
    parts.push({ rule: rule.name, millipoints: Math.round(points * 1000) })
    sum += Math.round(points * 1000)
  }
  const millipoints = limited(sum, fit.limit)
  parts.push({ rule: 'limit', millipoints: millipoints - sum })
  return { millipoints, parts: parts.filter(p => p.millipoints !== 0) }
}

/** The cell of a fit and a score in points, such as A1: of each the first band that it reaches. */
export function cellOf(grid, fit, score) {
  return grid.fit.find(b => fit >= b.atLeast).name + grid.score.find(b => score >= b.atLeast).name
}

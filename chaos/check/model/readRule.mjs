import { duration, HOUR, readDecay, YEAR } from './decay.mjs'
import { hash32 } from './hash.mjs'
import { readLimit } from './limits.mjs'

/**
 * A rule: { name, signal, terms: [{ facts, points, of?, value?, others? }], brackets, caps, decay, limit, group, unit }.
 * unit: how much one counted thing is in the facts: 1, or of a sum 1000.
 */
export function readRule(rule, standard, file) {
  const caps = readCaps(rule.cap)
  let decay = rule.decay === undefined ? standard : readDecay(rule.decay)
  // A cap a day must know the days, which are kept for a year.
  if (decay.kind === 'none' && caps.some(c => c.hours < Infinity)) decay = { kind: 'window', length: YEAR }
  return {
    name: rule.name ?? rule.signal,
    signal: rule.signal,
    terms: rule.table
      ? readTable(rule.signal, rule.table)
      : [{ facts: rule.signal, points: rule.points ?? 0 }],
    brackets: rule.brackets,
    caps,
    decay,
    limit: readLimit(rule.limit),
    group: rule.group,
    unit: file.signals[rule.signal]?.count?.sum ? 1000 : 1,
  }
}

/** Rows are facts of their own, and so is what is in none of them. */
function readTable(signal, { of, points, otherwise }) {
  const values = Object.keys(points)
  const terms = values.map(value => ({
    facts: `${signal} ${of}=${value}`,
    points: points[value],
    of,
    value,
  }))
  if (otherwise === undefined) return terms
  const lower = values.map(v => v.toLowerCase()).sort()
  const rest = `${signal} ${of}≠${hash32(lower.join('\n')).toString(36)}`
  return [...terms, { facts: rest, points: otherwise, of, others: values }]
}

/** [{ hours, most, points }]: of each stretch of so many hours at most so many things, or points. */
function readCaps(cap) {
  if (cap === undefined) return []
  if (cap === 'once') return [{ hours: Infinity, most: 1, points: false }]
  const { perDay, perWeek, perPeriod, total } = cap
  return [
    [24, perDay],
    [7 * 24, perWeek],
    [perPeriod && duration(perPeriod.length) / HOUR, perPeriod?.most],
    [Infinity, total],
  ]
    .filter(([, most]) => most !== undefined)
    .map(([hours, most]) =>
      typeof most === 'number'
        ? { hours, most, points: false }
        : { hours, most: Number.parseFloat(most), points: true },
    )
}

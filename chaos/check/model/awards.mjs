import { HOUR } from './decay.mjs'

/** The first Monday, 5 January 1970, in hours since 1970: stretches of caps lie one after another from it. */
const MONDAY = 4 * 24

/** What facts count, [{ hour, count }]: matches as they are, a value in its latest hour, a visit in its first. */
export function hoursOf(facts) {
  return [
    ...facts.hours,
    ...facts.values.map(v => ({ hour: v.hour, count: 1 })),
    ...(facts.visits?.list ?? []).map(v => ({ hour: Math.floor(v.from / HOUR), count: 1 })),
  ]
}

/**
 * What a rule gives for a lead hour by hour, before it fades: [{ hour, points }]. Counted back from the latest hour, and
 * within an hour from what is worth most; what a cap has no room for is not counted, and what gives no points (for those
 * are spent, or it is worth none) takes no room. All that is counted is kept in whole thousandths of a thing, so that a
 * sum of amounts reaches a bracket exactly.
 */
export function awardsOf(rule, signals) {
  const matchCaps = rule.caps.filter(c => !c.points).map(c => room(c, c.most * 1000))
  const pointCaps = rule.caps.filter(c => c.points).map(c => room(c, c.most))
  const awards = []
  let counted = 0
  for (const { hour, thousandths, points } of entriesOf(rule, signals)) {
    const more = left(matchCaps, hour, thousandths)
    const worth = rule.brackets
      ? bracket(rule.brackets, counted + more) - bracket(rule.brackets, counted)
      : (more / 1000) * points
    counted += more
    const given = left(pointCaps, hour, Math.abs(worth))
    const part = worth === 0 ? 0 : given / Math.abs(worth)
    for (const r of matchCaps) r.take(hour, rule.brackets ? more : more * part)
    for (const r of pointCaps) r.take(hour, given)
    if (given > 0) awards.push({ hour, points: given * Math.sign(worth) })
  }
  return awards
}

/**
 * Hours of all terms, the latest first. Where nothing fades no hour is better than another: those that are known no more
 * (−Infinity) count too, and of a table what is worth most comes first.
 */
function entriesOf(rule, signals) {
  const entries = []
  const isEndless = rule.decay.kind === 'none'
  for (const { facts: name, points } of rule.terms) {
    const facts = signals.get(name)
    if (!facts) continue
    const hours = hoursOf(facts)
    if (isEndless) hours.push({ hour: -Infinity, count: facts.older })
    for (const { hour, count } of hours)
      entries.push({ hour, thousandths: count * (1000 / rule.unit), points })
  }
  const byHour = (a, b) => (a.hour === b.hour ? 0 : b.hour - a.hour)
  return entries.sort((a, b) => (isEndless ? b.points - a.points : 0) || byHour(a, b) || b.points - a.points)
}

/** A cap, and what was taken of it in each of its stretches. */
function room({ hours }, most) {
  const used = new Map()
  const stretch = hour => (hours === Infinity ? 0 : Math.floor((hour - MONDAY) / hours))
  return {
    left: hour => most - (used.get(stretch(hour)) ?? 0),
    take: (hour, amount) => used.set(stretch(hour), (used.get(stretch(hour)) ?? 0) + amount),
  }
}

function left(rooms, hour, wanted) {
  return Math.max(0, Math.min(wanted, ...rooms.map(r => r.left(hour))))
}

/** Points of the highest bracket that so many thousandths reach. */
function bracket(brackets, thousandths) {
  return brackets.reduce((points, b) => (thousandths / 1000 >= b.from ? b.points : points), 0)
}

import { HOUR } from '../model/decay.mjs'

/** Values and visits that are kept, the latest. */
const MOST_VALUES = 64
const MOST_VISITS = 32

/** Of a signal that was never seen. */
export const NEVER = { last: -Infinity, older: 0, hours: [], values: [], visits: null }

/** What is counted of one signal on two sides, or of one more match, as one; neither is changed. */
export function join(a, b) {
  const joined = {
    last: Math.max(a.last, b.last),
    older: a.older + b.older,
    hours: a.hours.map(h => ({ ...h })),
    values: b.values.length === 0 ? a.values : latestValues([...a.values, ...b.values]),
    visits: a.visits,
  }
  for (const { hour, count } of b.hours) addHour(joined, hour, count)
  if (b.visits) addVisits(joined, b.visits)
  return joined
}

/** One more match of a signal, at its own time. @param match { name, amount, value, gap }, of which value or gap may be undefined */
export function addMatch(signals, { name, amount, value, gap }, at) {
  const hour = Math.floor(at / HOUR)
  const one = { ...NEVER, last: at }
  if (value !== undefined) one.values = [{ value, hour }]
  else if (gap !== undefined) one.visits = { gap, list: [{ from: at, to: at }] }
  else one.hours = [{ hour, count: amount }]
  signals.set(name, join(signals.get(name) ?? { ...NEVER, last: at }, one))
}

function addHour(signal, hour, count) {
  const found = signal.hours.find(h => h.hour === hour)
  if (found) found.count += count
  else signal.hours.push({ hour, count })
}

/** Each value once, with its latest hour; of more than 64 the latest, and of those of one hour the smaller. */
function latestValues(all) {
  const latest = new Map()
  for (const { value, hour } of all) latest.set(value, Math.max(hour, latest.get(value) ?? -Infinity))
  return [...latest]
    .map(([value, hour]) => ({ value, hour }))
    .sort((a, b) => b.hour - a.hour || a.value - b.value)
    .slice(0, MOST_VALUES)
}

/** Visits with no more than the gap between them are one, by the longer gap; those before the latest 32 are counted by the hour. */
function addVisits(signal, more) {
  const gap = Math.max(more.gap, signal.visits?.gap ?? 0)
  const list = []
  for (const visit of [...(signal.visits?.list ?? []), ...more.list].sort((a, b) => a.from - b.from)) {
    const before = list.at(-1)
    if (before && visit.from - before.to <= gap) before.to = Math.max(before.to, visit.to)
    else list.push({ ...visit })
  }
  const kept = list.slice(-MOST_VISITS)
  for (const { from } of list.slice(0, -MOST_VISITS)) addHour(signal, Math.floor(from / HOUR), 1)
  signal.visits = { gap, list: kept }
}

import type { Bucket, SignalFacts, Visits } from '@hotlead/contracts'
import type { Match, Millis, Model } from '../model.ts'
import { HOUR, YEAR } from '../score/decay.ts'
import { addHour, addHours, hourOf } from './hours.ts'
import { isShadow } from './shadow.ts'
import { lowerBound } from './sorted.ts'
import { addValues } from './values.ts'
import { joinVisits } from './visits.ts'

/** A lead's facts, sorted by name, after one more match. */
export function counted(signals: readonly SignalFacts[], match: Match, at: Millis): SignalFacts[] {
  const i = lowerBound(signals, s => s.name < match.name)
  const copy = signals.slice()
  const known = signals[i]
  if (known?.name === match.name) copy[i] = withMatch(known, match, at)
  else copy.splice(i, 0, withMatch(nothing(match, at), match, at))
  return copy
}

function nothing({ name }: Match, at: Millis): SignalFacts {
  return { name, last: at, older: 0, buckets: [], values: [], visits: null }
}

function withMatch(facts: SignalFacts, { amount, value, gap }: Match, at: Millis): SignalFacts {
  const last = Math.max(facts.last, at)
  if (value !== undefined)
    return { ...facts, last, values: addValues(facts.values, [{ value, hour: hourOf(at) }]) }
  if (gap !== undefined) return withVisits({ ...facts, last }, { gap, list: [{ from: at, to: at }] })
  return { ...facts, last, buckets: addHour(facts.buckets, hourOf(at), amount) }
}

/** Facts with these visits too; those that become too many are counted by the hour that they began in. */
function withVisits(facts: SignalFacts, more: Visits): SignalFacts {
  const gap = Math.max(more.gap, facts.visits?.gap ?? 0)
  const { list, over } = joinVisits(facts.visits?.list ?? [], more.list, gap)
  let { buckets } = facts
  for (const { from } of over) buckets = addHour(buckets, hourOf(from), 1)
  return { ...facts, visits: { gap, list }, buckets }
}

export function addSignals(a: SignalFacts, b: SignalFacts): SignalFacts {
  const sum = {
    name: a.name,
    last: Math.max(a.last, b.last),
    older: a.older + b.older,
    buckets: addHours(a.buckets, b.buckets),
    values: addValues(a.values, b.values),
    visits: a.visits,
  }
  return b.visits ? withVisits(sum, b.visits) : sum
}

/**
 * Hours that nothing in the model sees any more become `older`: a whole hour, once all of it is out of reach. Of what the
 * model does not read they stay for as long as any could: another may come, or come back, that does. Values and visits stay until newer ones push them out: a page seen again is no other page. Of a recount all hours stay until its
 * model looks at them.
 */
export function pruned(model: Model, signals: SignalFacts[], clock: Millis): SignalFacts[] {
  let copy: SignalFacts[] | undefined
  for (let i = 0; i < signals.length; i++) {
    const s = signals[i] as SignalFacts
    const oldest = s.buckets[0]
    if (isShadow(s.name)) continue
    const reach = model.reach.get(s.name) ?? YEAR
    if (!oldest || clock - (oldest.hour + 1) * HOUR < reach) continue
    const keep = lowerBound(s.buckets, b => clock - (b.hour + 1) * HOUR >= reach)
    let older = s.older
    for (let j = 0; j < keep; j++) older += (s.buckets[j] as Bucket).count
    copy ??= signals.slice()
    copy[i] = { ...s, older, buckets: s.buckets.slice(keep) }
  }
  return copy ?? signals
}

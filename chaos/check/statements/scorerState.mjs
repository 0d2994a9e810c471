import { asRecord } from '../lead/facts.mjs'
import { wrongScore } from '../model/points.mjs'
import { Recount } from '../model/recount.mjs'
import { differences } from './difference.mjs'

/**
 * What is wrong with the state that Redis holds of one lead: [statement, words]; undefined where nothing is.
 * @param lead as counted from the log; @param score the state, decoded
 */
export function wrongLead(lead, score, models) {
  const expected = {
    offset: lead.offset,
    clock: lead.clock,
    model: lead.model,
    cause: lead.cause,
    lead: lead.isGone ? null : asRecord(lead.facts),
    models: null,
    recounts: null,
    forgotten: lead.forgotten ?? null,
  }
  const { millipoints, contributions, ...found } = score
  const wrong = differences(expected, found)
  if (wrong.length > 0) {
    return [countsARepeat(lead, score) ? 'G3' : 'G2', wrong.join('; ')]
  }
  const model = models.get(lead.model)
  if (!model) {
    if (lead.model !== '') return ['G2', `its model ${lead.model} is not in models`]
    return millipoints === 0 && contributions.length === 0 ? undefined : ['sums', 'points without a model']
  }
  const [main] = model.scores
  const points = wrongScore(main, new Recount(model, lead.facts).score(main.name, lead.clock), score)
  return points && ['sums', points]
}

/**
 * More is counted, as of its last activity or of a repeat. Of other bytes than its own a count says nothing: all
 * leads that a model's control scored anew stand at its offset, and what tells them apart is when they began.
 */
function countsARepeat(lead, score) {
  const asFar = score.offset === lead.offset || score.offset === lead.repeated
  const expected = asRecord(lead.facts)
  if (!score.lead || lead.repeated < 0 || !asFar || score.lead.first !== expected.first) return false
  return matches(score.lead) > matches(expected)
}

function matches(lead) {
  const countOf = s => s.older + s.values.length + (s.visits?.list.length ?? 0)
  const signals = lead.signals.reduce(
    (n, s) => n + countOf(s) + s.buckets.reduce((m, b) => m + b.count, 0),
    0,
  )
  const acts = lead.unsettled.filter(u => u.verdict === null)
  return acts.reduce((n, u) => n + u.counted.reduce((m, c) => m + c.amount, 0), signals)
}

/** What is wrong with the partition's own record in Redis. */
export function wrongMark(mark, score) {
  const expected = mark && {
    offset: mark.offset,
    clock: mark.clock,
    model: '',
    cause: 'time',
    millipoints: 0,
    contributions: [],
    lead: null,
    models: mark.models,
    recounts: mark.recounts,
    forgotten: null,
  }
  const found = score && {
    ...score,
    models: score.models && { ...score.models },
    recounts: score.recounts && { ...score.recounts },
  }
  return differences(expected, found)
}

import type { Lead, Score, Transition } from '@hotlead/contracts'
import {
  announces,
  conditionsOf,
  firstTier,
  fitOf,
  judge,
  type Model,
  newLead,
  Situation,
  scoreBy,
  scoreOf,
  TIMELINE,
  visitorsOf,
} from '@hotlead/model'
import type { Millis } from '@hotlead/stream'
import { firstStanding, type StandingState } from './state.ts'

/** Latest visitors that a transition names: a lead may have up to a thousand. */
const VISITORS = 32

/** A lead's move to another tier, with all that explains it, and the standing after it. */
export function move(
  model: Model,
  standing: StandingState,
  score: Score,
  to: string,
  at: Millis,
  offset: number,
  cause: Transition['cause'],
): { standing: StandingState; transition: Transition } {
  const lead = score.lead ?? newLead()
  const number = standing.number + 1
  const left = [...standing.left.filter(l => l.tier !== standing.tier), { tier: standing.tier, at }]
  const transition: Transition = {
    number,
    from: standing.tier,
    to,
    at,
    offset,
    cause,
    // A new model announces nobody unless it was published to: what changed is the definition, not the lead.
    announce: cause !== 'model' && announces(model, standing, to, at),
    model: score.model,
    ...scoreOf(model, lead, at),
    conditions: conditionsOf(model, lead, standing, to, at),
    ...whereItStands(model, lead, standing, at),
    forgotten: standing.forgotten,
    left,
    attributes: lead.attributes,
    visitors: visitorsOf(lead).slice(-VISITORS),
    recent: lead.recent.slice(-TIMELINE),
  }
  return { standing: { ...standing, tier: to, number, since: at, left }, transition }
}

/**
 * A lead that was forgotten since it moved last begins anew in the lowest tier: of the transition to where it stands by now,
 * if that is the lowest tier too, only its number is of before, by which a reader can tell it from a repeat.
 */
export function begunAnew(
  model: Model,
  standing: StandingState,
  score: Score,
  offset: number,
): { standing: StandingState; transition: Transition } {
  const { source, number, forgotten } = standing
  const fresh = {
    ...firstStanding(firstTier(model), score.clock),
    offset: standing.offset,
    source,
    number,
    forgotten,
  }
  const to = judge(model, score.lead ?? newLead(), fresh, score.clock)
  const moved = move(model, fresh, score, to, score.clock, offset, score.cause)
  if (to !== fresh.tier) return { ...moved, transition: { ...moved.transition, from: standing.tier } }
  return {
    standing: { ...fresh, number: number + 1 },
    transition: { ...moved.transition, from: standing.tier, announce: false, left: [] },
  }
}

/** What the model says of a lead beside its main score: other scores, who it is, and how far it has come. */
function whereItStands(
  model: Model,
  lead: Lead,
  standing: StandingState,
  at: Millis,
): Pick<Transition, 'scores' | 'fit' | 'grid' | 'phase'> {
  const s = new Situation(model, lead, at, standing)
  return {
    scores: model.scores.slice(1).map(score => ({ name: score.name, ...scoreBy(score, lead, at) })),
    fit: model.fit ? fitOf(model.fit, lead).millipoints : null,
    grid: s.cell || null,
    phase: s.phase || null,
  }
}

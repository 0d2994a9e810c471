import type { Score, Transition } from '@hotlead/contracts'
import { announces, conditionsOf, type Model, newLead, scoreOf, TIMELINE } from '@hotlead/model'
import type { Millis } from '@hotlead/stream'
import type { StandingState } from './state.ts'

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
    announce: cause !== 'model' && announces(model, standing.tier, to),
    model: score.model,
    ...scoreOf(model, lead, at),
    conditions: conditionsOf(model, lead, standing.tier, to, at),
    left,
    attributes: lead.attributes,
    visitors: lead.visitors.slice(-VISITORS).map(v => v.visitor),
    recent: lead.recent.slice(-TIMELINE),
  }
  return { standing: { ...standing, tier: to, number, since: at, left }, transition }
}

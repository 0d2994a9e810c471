import { type Activity, type FollowUp, hashId } from '@hotlead/contracts'
import { FOLLOW_UP, isRepeat, observe, once } from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { settledLead } from '../recounts.ts'
import { leadOf, next, type ScoreState, type ScoringModels } from '../state.ts'
import { isOldNews, noteVisitor, passOn } from './via.ts'

/** Sales did something about a lead: a fact like any other, counted under the built-in signal. */
export function foldFollowUp(
  models: ScoringModels,
  key: string,
  state: ScoreState | undefined,
  activity: Activity,
  followUp: FollowUp,
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  const lead = leadOf(state)
  const id = hashId(followUp.id)
  if (lead.alias !== null) return passOn(key, state, activity, { id, at: followUp.at }, context)
  if (isOldNews(lead, activity.via)) return { state }
  if (isRepeat(lead, id))
    return activity.via
      ? { state: next(key, context, noteVisitor(lead, activity.via, context.clock)) }
      : { state }
  const after = next(key, context, null)
  const what = `follow-up by ${followUp.channel}, ${followUp.who}: ${followUp.result}`.slice(0, 80)
  const seen = { at: followUp.at, signals: [once(FOLLOW_UP)], id, what }
  after.lead = noteVisitor(
    observe(models.get(after.model), settledLead(key, lead, context), seen, context.clock),
    activity.via,
    context.clock,
  )
  return { state: after }
}

import type { Activity, Recount } from '@hotlead/contracts'
import { withRecount } from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { recountsOf } from '../recounts.ts'
import { leadOf, next, type ScoreState } from '../state.ts'
import { isOldNews, noteVisitor, sentOn } from './via.ts'

/** What the log before the recount holds of a subject; of a recount that was given up it says nothing. */
export function foldRecount(
  key: string,
  state: ScoreState | undefined,
  activity: Activity,
  { id, ...counts }: Recount,
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  const lead = leadOf(state)
  const { prepared, taken } = recountsOf(key, context)
  if (prepared?.id !== id && taken?.id !== id) return { state }
  if (isOldNews(lead, activity.via)) return { state }
  const heir = lead.pastWith ?? lead.alias
  if (heir !== null) {
    const noted = activity.via && next(key, context, noteVisitor(lead, activity.via, context.clock))
    return { state: noted ?? state, elsewhere: [sentOn(key, heir, activity, context.offset)] }
  }
  const counted = withRecount(lead, id, counts, taken?.id === id)
  return { state: next(key, context, noteVisitor(counted, activity.via, context.clock)) }
}

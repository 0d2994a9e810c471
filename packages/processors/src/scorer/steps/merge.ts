import type { Activity, Merge } from '@hotlead/contracts'
import { mergeLeads } from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { leadOf, next, type ScoreState } from '../state.ts'
import { isOldNews, noteVisitor } from './via.ts'

/** What a visitor did before it was known, added to its lead: counters add up, and caps apply to the sum on reading. */
export function foldMerge(
  key: string,
  state: ScoreState | undefined,
  activity: Activity,
  merge: Merge,
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  const lead = leadOf(state)
  if (isOldNews(lead, activity.via)) return { state }
  return {
    state: next(
      key,
      context,
      noteVisitor(mergeLeads(lead, merge.lead), activity.via, context.clock),
      'merge',
    ),
  }
}

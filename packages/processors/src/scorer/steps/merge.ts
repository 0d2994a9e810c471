import type { Activity, Lead, Merge } from '@hotlead/contracts'
import { taken as afterTaking, asShadows, mergeLeads } from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { recountsOf } from '../recounts.ts'
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
      noteVisitor(mergeLeads(lead, asCountedHere(key, merge, context)), activity.via, context.clock),
      'merge',
    ),
  }
}

/** Partitions take a recount one by one: facts from one that has, or has not yet, become what they are called here. */
function asCountedHere(key: string, merge: Merge, context: Context<ScoreState>): Lead {
  const { lead } = merge
  const { taken, prepared, ended } = recountsOf(key, context)
  if (prepared && merge.counted === prepared.id) return asShadows(lead, prepared)
  if (!taken || merge.counted === taken.id) return lead
  // The sender gave up what was taken here, or a later one: its facts will never be others.
  if ([taken.id, prepared?.id, ended].includes(merge.ended as string)) return lead
  // What is out of reach is seen to by the next event.
  return afterTaking(lead, taken, undefined, context.clock)
}

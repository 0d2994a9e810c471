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
function asCountedHere(key: string, { lead, counted }: Merge, context: Context<ScoreState>): Lead {
  const { taken, prepared } = recountsOf(key, context)
  if (prepared && counted === prepared.id) return asShadows(lead, prepared)
  // What is out of reach is seen to by the next event.
  if (taken && counted !== taken.id) return afterTaking(lead, taken, undefined, context.clock)
  return lead
}

import type { Activity, Lead, Merge } from '@hotlead/contracts'
import { taken as afterTaking, arrived, asShadows, MIN_VISITORS, mergeLeads, others } from '@hotlead/model'
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
  if (!activity.via || isOldNews(lead, activity.via)) return { state }
  const { visitor } = activity.via
  if (merge.lead.recent.length === 0) {
    // A server may make up a visitor for every event: 32 of those who brought nothing are enough.
    const known =
      lead.visitors.length < MIN_VISITORS
        ? noteVisitor(lead, activity.via, context.clock)
        : { ...lead, awaited: others(lead.awaited, visitor) }
    return { state: next(key, context, known) }
  }
  const past = asCountedHere(key, merge, context)
  const both = mergeLeads(arrived(lead, visitor, past), past)
  return { state: next(key, context, noteVisitor(both, activity.via, context.clock), 'merge') }
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

import { type Activity, isForgotten, type Lead, type Merge, type Via } from '@hotlead/contracts'
import {
  taken as afterTaking,
  asShadows,
  awaitedOfOthers,
  MIN_VISITORS,
  mergeLeads,
  mergeVisitors,
  newLead,
  withoutCounted,
  withoutTwins,
  withRecent,
} from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { recountsOf, settledLead } from '../recounts.ts'
import { leadOf, next, type ScoreState } from '../state.ts'
import { isOldNews, noteVisitor, sentOn } from './via.ts'

/** What a visitor did before it was known, added to its lead: counters add up, and caps apply to the sum on reading. */
export function foldMerge(
  key: string,
  state: ScoreState | undefined,
  activity: Activity,
  given: Merge,
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  const lead = leadOf(state)
  // What was this lead's when it was forgotten went with it, whenever it comes.
  const merge = isForgotten(state?.forgotten, given.linked) ? { ...given, lead: newLead() } : given
  const { via } = activity
  if (!via || isOldNews(lead, via)) return { state }
  if (lead.alias !== null) return passMergeOn(key, lead, { ...activity, via, merge }, context)
  if (isNothing(merge)) return { state: next(key, context, withVisitors(lead, via, merge, context)) }
  const apart = withoutTwins(settledLead(key, lead, context), asCountedHere(key, merge, context))
  const both = noteVisitor(mergeLeads(apart.lead, apart.past), via, context.clock)
  // Not with what else a visitor sends on: it may be linked here while its past is on its way by a user id.
  const awaited = awaitedOfOthers(both.awaited, via.visitor)
  return { state: next(key, context, { ...both, awaited }, 'merge') }
}

/**
 * A visitor's past for a user id that is somebody's by now. What the user id's own past, which is with the lead already, has
 * counted as well is left out of it. It says whose it is, for a lead that waits for that visitor.
 */
function passMergeOn(
  key: string,
  lead: Lead,
  activity: Activity & { via: Via; merge: Merge },
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  const { via, merge } = activity
  const past = withoutCounted(merge.lead, lead)
  const visitors = mergeVisitors(past.visitors, [{ ...via, at: context.clock }])
  const value = { ...activity, merge: { ...merge, lead: { ...past, visitors } } }
  const recent = past.recent.reduce((all, r) => withRecent(all, { ...r, what: '' }), lead.recent)
  return {
    state: next(key, context, { ...withVisitors(lead, via, merge, context), recent }, 'merge'),
    elsewhere: [sentOn(key, lead.alias as string, value, context.offset)],
  }
}

function isNothing(merge: Merge): boolean {
  return merge.lead.recent.length === 0
}

/** The lead that knows of all that a merge comes from, and awaits them no more. */
function withVisitors(lead: Lead, via: Via, merge: Merge, { clock }: Context<ScoreState>): Lead {
  const known = noteVisitor(lead, via, clock)
  const { visitors } = merge.lead
  const from = [via, ...visitors].map(v => v.visitor)
  const awaited = from.reduce(awaitedOfOthers, lead.awaited)
  // A server may make up a visitor for every event: 32 of those who brought nothing are enough.
  if (isNothing(merge) && lead.visitors.length >= MIN_VISITORS) return { ...lead, awaited }
  return { ...known, visitors: mergeVisitors(known.visitors, visitors), awaited }
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

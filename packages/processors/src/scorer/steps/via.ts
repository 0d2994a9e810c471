import { type Activity, keyOf, type Lead, splitKey, type Via } from '@hotlead/contracts'
import { isRepeat, mergeVisitors, withRecent } from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { leadOf, next, type ScoreState } from '../state.ts'

/** Whether a record that was sent on from a visitor's partition has been folded already: sending on may repeat. */
export function isOldNews(lead: Lead, via: Via | null): boolean {
  if (!via) return false
  const mark = lead.visitors.find(v => v.visitor === via.visitor)
  return mark !== undefined && mark.offset >= via.offset
}

/** The lead with the visitor's latest offset noted, at the log's clock. */
export function noteVisitor(lead: Lead, via: Via | null, clock: number): Lead {
  return via ? { ...lead, visitors: mergeVisitors(lead.visitors, [{ ...via, at: clock }]) } : lead
}

/** The same record for the lead that a subject turned out to be. */
export function sentOn(key: string, alias: string, activity: Activity, offset: number) {
  const { workspace, subject } = splitKey(key)
  return { key: keyOf(workspace, alias), value: { ...activity, via: { visitor: subject, offset } } }
}

/**
 * What a subject that is known by now does goes to its lead: a visitor's, or of a user id whose address is known. It knows
 * itself what it has done, before and since: after a link to another lead, a repeat of what the first one counted would be
 * new to the second (G3).
 */
export function passOn(
  key: string,
  state: ScoreState | undefined,
  activity: Activity,
  { id, at }: { id: number; at: number },
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  const lead = leadOf(state)
  if (isOldNews(lead, activity.via)) return { state }
  const after = noteVisitor(lead, activity.via, context.clock)
  if (isRepeat(lead, id)) return { state: activity.via ? next(key, context, after) : state }
  const recent = withRecent(lead.recent, { id, at, what: '' })
  return {
    state: next(key, context, { ...after, recent }),
    elsewhere: [sentOn(key, lead.alias as string, activity, context.offset)],
  }
}

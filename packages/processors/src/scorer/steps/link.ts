import { type Activity, keyOf, type Link, NO_ACTIVITY, splitKey } from '@hotlead/contracts'
import { newLead } from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { recountsOf } from '../recounts.ts'
import { leadOf, next, type ScoreState } from '../state.ts'

/**
 * A visitor, or a user id, turned out to be a lead: what it did so far goes to the lead's partition as a merge, and what it
 * does from now on is sent there; of itself it keeps the ids by which a repeat is known. Linked to someone else later, its
 * past stays where it went.
 */
export function foldLink(
  key: string,
  state: ScoreState | undefined,
  link: Link,
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  const visitor = leadOf(state)
  if (visitor.alias === link.lead) return { state }
  const pastWith = visitor.pastWith ?? visitor.alias
  const recent = visitor.recent.map(r => ({ ...r, what: '' }))
  // What comes for a user id by way of visitors must be told from its repeats for as long as it comes.
  const { visitors, awaited } = visitor
  const alias = { ...newLead(), recent, visitors, awaited, alias: link.lead, pastWith }
  const after = next(key, context, alias, 'merge')
  // Its past is with somebody else. To one that has none there is something to say: that nothing is to come.
  if (visitor.alias !== null) return { state: after }
  const { workspace, subject } = splitKey(key)
  const { taken, ended } = recountsOf(key, context)
  const merge: Activity = {
    ...NO_ACTIVITY,
    kind: 'merge',
    via: { visitor: subject, offset: context.offset },
    merge: { lead: visitor, counted: taken?.id ?? null, ended, linked: link.received },
  }
  return { state: after, elsewhere: [{ key: keyOf(workspace, link.lead), value: merge }] }
}

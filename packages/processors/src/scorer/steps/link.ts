import { type Activity, keyOf, type Link, NO_ACTIVITY, splitKey } from '@hotlead/contracts'
import { newLead } from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { recountsOf } from '../recounts.ts'
import { leadOf, next, type ScoreState } from '../state.ts'

/**
 * A visitor turned out to be a lead: what it did so far goes to the lead's partition as a merge, and what it does from
 * now on is sent there; of itself it keeps the ids by which a repeat is known. Linked to someone else later, its past stays
 * where it went. A merge of nothing tells the lead, too, that nothing is to come.
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
  const after = next(key, context, { ...newLead(), recent, alias: link.lead, pastWith }, 'merge')
  const { workspace, subject } = splitKey(key)
  const { taken, ended } = recountsOf(key, context)
  const merge: Activity = {
    ...NO_ACTIVITY,
    kind: 'merge',
    via: { visitor: subject, offset: context.offset },
    merge: { lead: visitor.alias === null ? visitor : newLead(), counted: taken?.id ?? null, ended },
  }
  return { state: after, elsewhere: [{ key: keyOf(workspace, link.lead), value: merge }] }
}

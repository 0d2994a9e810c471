import { type Activity, type Event, hashId, type Lead, splitKey, visitorSubject } from '@hotlead/contracts'
import {
  actOf,
  awaiting,
  consentName,
  flaggedLine,
  isRepeat,
  observe,
  type Seen,
  signalsOf,
} from '@hotlead/model'
import type { Context, Step } from '@hotlead/stream'
import { preparedMatches, settledLead } from '../recounts.ts'
import { leadOf, next, type ScoreState, type ScoringModels } from '../state.ts'
import { isOldNews, noteVisitor, passOn } from './via.ts'

/** Folds a tracked event into its subject's facts; a visitor that is known by now passes it on to its lead. */
export function foldEvent(
  models: ScoringModels,
  key: string,
  state: ScoreState | undefined,
  activity: Activity,
  event: Event,
  context: Context<ScoreState>,
): Step<ScoreState, ScoreState> {
  const lead = leadOf(state)
  const id = hashId(event.id)
  if (lead.alias !== null) return passOn(key, state, activity, { id, at: event.at }, context)
  if (isOldNews(lead, activity.via)) return { state }
  if (isRepeat(lead, id))
    return activity.via
      ? { state: next(key, context, noteVisitor(lead, activity.via, context.clock)) }
      : { state }
  const after = next(key, context, null)
  const model = models.get(after.model)
  const signals = model ? signalsOf(model, event) : []
  for (const match of preparedMatches(models, key, event, context)) signals.push(match)
  const seen = {
    at: event.at,
    signals,
    id,
    what: describe(event),
    attributes: attributesOf(event),
    act: actOf(event),
  }
  const fresh = observe(model, settledLead(key, lead, context), seen, context.clock)
  after.lead = withAwaited(key, noteVisitor(fresh, activity.via, context.clock), event, seen)
  return { state: after }
}

/** A lead's event that names a visitor too, which may have sent it before it was known. */
function withAwaited(key: string, lead: Lead, event: Event, { id, signals }: Seen): Lead {
  if (event.anonymousId === null) return lead
  const visitor = visitorSubject(event.anonymousId)
  return visitor === splitKey(key).subject ? lead : awaiting(lead, visitor, id, signals)
}

function describe(event: Event): string {
  const what = event.type === 'page' ? (event.page?.path ?? event.name) : event.name
  return flaggedLine(`${event.type} ${what}`, event.flags)
}

/** How Segment's consent manager has categories in an event's context: `consent.categoryPreferences.NAME`. */
const CONSENT = 'consent.categoryPreferences.'

/** What an event says of its lead: its traits, and what the person agreed to. */
function attributesOf(event: Event): Record<string, string | number | boolean> | undefined {
  let found: Record<string, string | number | boolean> | undefined
  for (const name in event.traits) {
    const value = event.traits[name]
    if (value === null || value === undefined) continue
    found ??= {}
    found[name] = value
  }
  for (const name in event.context) {
    if (!name.startsWith(CONSENT)) continue
    found ??= {}
    found[consentName(name.slice(CONSENT.length))] = event.context[name] === true
  }
  return found
}

// Generated from schemas/ by `pnpm generate`. Do not edit.

/** One record of the log. The key is workspace/subject; exactly the field named by kind is set. */
export interface Activity {
  kind: Kind
  /** Set where the scorer sent this on from a visitor's partition; the receiver keeps the highest offset per visitor */
  via: null | Via
  event: null | Event
  link: null | Link
  merge: null | Merge
  followUp: null | FollowUp
  /** What became of the lead: for calibration only, it changes no facts and no score */
  outcome: null | LeadOutcome
  /** From this offset on the workspace's model is this one */
  control: null | Control
  tick: null | Tick
  /** What the log before the prepare control holds of a subject, as the prepared model counts it */
  recount: null | Recount
  /** All that is known of a subject goes */
  forget: null | Forget
}

export type Kind = 'event' | 'link' | 'merge' | 'followUp' | 'outcome' | 'control' | 'tick' | 'recount' | 'forget'

export interface Via {
  visitor: string
  offset: number
}

export interface Event {
  /** messageId of the client */
  id: string
  /** page, screen, track, identify, group or alias */
  type: string
  /** Event name of a track, page name of a page */
  name: string
  /** When it happened, by the client's clock mended by its skew; ms since 1970 */
  at: number
  /** As the client sent it */
  timestamp: null | number
  sentAt: null | number
  receivedAt: number
  anonymousId: null | string
  userId: null | string
  page: null | Page
  /** Flattened: nested names joined by a dot */
  properties: Record<string, null | boolean | number | string>
  traits: Record<string, null | boolean | number | string>
  /** campaign.*, library.*, locale and such, flattened */
  context: Record<string, null | boolean | number | string>
  /** Truncated to /24 or /48 */
  ip: null | string
  userAgent: null | string
  source: string
  /** Told by a secret key, or signed by a mail provider or by us; not by a write key, which everybody can read */
  signed: boolean
  /** bot, honeypot, …: a flagged event scores 0 */
  flags: string[]
}

export interface Page {
  host: string
  path: string
  search: string
  referrer: string
  title: string
}

export interface Link {
  /** Subject of the lead this visitor is */
  lead: string
  at: number
  /** When the event came by which it is known; ms since 1970 */
  received: number
}

export interface Merge {
  lead: Lead
  /** Recount that the sender's partition had taken last */
  counted: null | string
  /** Recount that it had taken or given up last */
  ended: null | string
  /** When the link that it is of was received; ms since 1970 */
  linked: number
}

/** What is known of one subject, as facts: counters and latest values. Points are applied when it is read. */
export interface Lead {
  /** Time of the earliest event, ms since 1970 */
  first: number
  /** Time of the latest event, ms since 1970 */
  last: number
  /** Sorted by name */
  signals: SignalFacts[]
  /** Latest value by event time; sorted by name */
  attributes: Attribute[]
  /** The latest activities by (at, id), ascending: at most 32, those beyond the latest 10 within a day */
  recent: Recent[]
  /** Visitors, and user ids, that are this lead, each with the source offset of its latest record */
  visitors: VisitorMark[]
  /** Activities that named a visitor whose past is not here yet, which may hold them too; of those in recent */
  awaited: Awaited[]
  /** Acts of which it may yet turn out that a machine did them, at most 32, by (at, id): what they count for is in signals once that is settled */
  unsettled: Unsettled[]
  /** Of a visitor, or of a user id: the lead it was linked to */
  alias: null | string
  /** Of one that was linked again: the lead that its past went to */
  pastWith: null | string
}

export interface SignalFacts {
  name: string
  /** Time of the latest match, ms since 1970 */
  last: number
  /** What buckets counted that the model can no longer reach */
  older: number
  /** Sorted by hour */
  buckets: Bucket[]
  /** Of a distinct count: at most 64, the latest; sorted by value */
  values: SeenValue[]
  /** Of a count of visits */
  visits: null | Visits
}

export interface Bucket {
  /** Hours since 1970: the bucket is [hour, hour + 1) */
  hour: number
  /** Matches; of a sum, thousandths */
  count: number
}

export interface SeenValue {
  /** 32-bit hash of it */
  value: number
  /** When it was seen last, hours since 1970 */
  hour: number
}

export interface Visits {
  /** Silence after which another visit begins, ms */
  gap: number
  /** The latest 32, sorted; earlier ones are in buckets */
  list: Visit[]
}

export interface Visit {
  /** Its first match, ms since 1970 */
  from: number
  /** Its last */
  to: number
}

export interface Attribute {
  name: string
  value: boolean | number | string
  /** ms since 1970 */
  at: number
}

export interface Recent {
  /** 53-bit hash of the event's id; a double holds it exactly and is written faster than a long */
  id: number
  /** ms since 1970 */
  at: number
  /** One line for people, e.g. page /pricing; empty beyond the latest 10 */
  what: string
}

export interface VisitorMark {
  visitor: string
  offset: number
  /** The log's clock at that record, ms since 1970 */
  at: number
}

export interface Awaited {
  /** As in recent */
  id: number
  visitor: string
  /** What it added to the buckets */
  counted: CountedAs[]
}

export interface CountedAs {
  name: string
  amount: number
}

export interface Unsettled {
  /** As in recent */
  id: number
  /** ms since 1970 */
  at: number
  /** closed: its time is over, and it waits for a recount */
  act: Act
  /** 32-bit hash of the mail's id; 0 where there is none */
  mail: number
  /** 32-bit hash of the link that was clicked; 0 where there is none */
  link: number
  /** The edge's first; it counts for nothing here then */
  flag: null | string
  /** Why it counts for nothing, where that was found out later */
  verdict: null | string
  /** What it counts for unless a machine did it */
  counted: UnsettledMatch[]
}

export type Act = 'viewed' | 'delivered' | 'opened' | 'clicked' | 'closed'

export interface UnsettledMatch {
  name: string
  amount: number
  /** Of a distinct count */
  value: null | number
  /** Of a count of visits, ms */
  gap: null | number
}

export interface FollowUp {
  id: string
  at: number
  /** mail, phone, visit or meeting */
  channel: string
  who: string
  /** continue, opportunity or archive */
  result: string
  note: string
}

export interface LeadOutcome {
  id: string
  /** When it came out */
  at: number
  /** opportunity, won, lost or archive */
  outcome: string
  /** What it is worth, in the workspace's own currency */
  value: null | number
  note: string
}

export interface Control {
  workspace: string
  /** Version */
  model: string
  /** Announce leads that become HOT only because the model changed */
  announce: boolean
  /** Facts that the model counts otherwise, counted anew from the log */
  recount: null | RecountStep
}

export interface RecountStep {
  id: string
  /** prepare: from here on they are counted beside the present ones; take: they take their place, and the model is active */
  step: Step
  /** Names of the facts */
  facts: string[]
}

export type Step = 'prepare' | 'take'

export interface Tick {
  owner: string
}

export interface Recount {
  id: string
  signals: SignalFacts[]
  /** What more it counts unless a machine did it */
  unsettled: Unsettled[]
}

export interface Forget {
  /** Of the request: it may be told twice */
  id: string
  /** What was received until then and comes later goes too; ms since 1970 */
  until: number
  /** Of a visitor or user id: the lead that is forgotten, if it is that lead's still */
  lead: null | string
}

/** A lead as it stands at one offset of activity (lead is set), or the partition's clock mark (models is set), or a lead that is gone (neither). */
export interface Score {
  /** Of the last activity record folded in */
  offset: number
  /** The partition's clock at that record; of a mark: a whole second that every earlier snapshot lies before; ms since 1970 */
  clock: number
  /** Version of the scoring model; empty where the workspace has none */
  model: string
  /** What made this snapshot */
  cause: Cause
  /** The score at clock, in thousandths of a point */
  millipoints: number
  contributions: Contribution[]
  lead: null | Lead
  /** Active model version by workspace */
  models: null | Record<string, string>
  /** Of the partition, by workspace */
  recounts: null | Record<string, Recounts>
  /** Of a subject that was forgotten: what came later is in lead, if anything did */
  forgotten: null | Forgotten
}

export type Cause = 'activity' | 'merge' | 'model' | 'announcedModel' | 'time'

/** What one rule adds. Contributions sum to the score exactly: both are whole thousandths of a point. */
export interface Contribution {
  rule: string
  millipoints: number
}

export interface Recounts {
  /** The last whose facts took the place of those before */
  taken: null | Taken
  /** One whose facts are counted beside the present ones */
  prepared: null | Prepared
  /** Id of the last that was taken or given up */
  ended: null | string
}

export interface Taken {
  id: string
  /** Of its control */
  offset: number
  /** The log's clock at it, ms since 1970 */
  at: number
  facts: string[]
}

export interface Prepared {
  id: string
  model: string
  facts: string[]
}

export interface Forgotten {
  /** What was received until then is gone, and is passed over when it comes; ms since 1970 */
  until: number
  /** Of the latest request */
  id: string
  /** Recounts that counted the log before: what they counted is gone too */
  recounts: string[]
}

/** A lead moved from one tier to another. Numbered 1, 2, 3 … per lead, without gap or repeat. */
export interface Transition {
  number: number
  from: string
  to: string
  /** When, by the log's clock; ms since 1970 */
  at: number
  /** Of the scores record that caused it or moved the clock */
  offset: number
  cause: TransitionCause
  /** It goes to hot-leads */
  announce: boolean
  model: string
  millipoints: number
  contributions: Contribution[]
  conditions: Condition[]
  /** The model's other scores */
  scores: NamedScore[]
  /** Thousandths of a point; null where the model has no fit */
  fit: null | number
  /** Cell of fit and score, such as A1 */
  grid: null | string
  /** How far the lead has come */
  phase: null | string
  /** Until when the lead was forgotten; where that is later than in its last transition, nothing from before is in this one */
  forgotten: null | number
  /** When each tier was last left: what a cool-down needs */
  left: Left[]
  attributes: Attribute[]
  visitors: string[]
  recent: Recent[]
}

export type TransitionCause = 'activity' | 'merge' | 'model' | 'announcedModel' | 'time'

/** One leaf of a tier's condition, as it stood. */
export interface Condition {
  text: string
  value: string
  holds: boolean
}

/** One of a model's scores beside its main one, with what makes it. */
export interface NamedScore {
  name: string
  millipoints: number
  contributions: Contribution[]
}

export interface Left {
  tier: string
  at: number
}

/** A lead became HOT: who, why, since when, by which model. */
export interface HotLead {
  workspace: string
  /** Subject: l:… for a known lead, v:… for a visitor */
  lead: string
  tier: string
  from: string
  /** ms since 1970 */
  since: number
  /** Of the transition in tiers */
  number: number
  cause: string
  model: string
  millipoints: number
  contributions: Contribution[]
  conditions: Condition[]
  /** The model's other scores */
  scores: NamedScore[]
  /** Thousandths of a point; null where the model has no fit */
  fit: null | number
  /** Cell of fit and score, such as A1 */
  grid: null | string
  /** How far the lead has come */
  phase: null | string
  attributes: Attribute[]
  visitors: string[]
  recent: Recent[]
  /** Of the transition that this announces */
  tiersOffset: number
}

/** A scoring model. The key is workspace/version; the version is a hash of the content, so it never changes. */
export interface PublishedModel {
  workspace: string
  version: string
  name: string
  /** The YAML text */
  source: string
  publishedAt: number
  /** When it was made the one that the workspace is scored by, ms since 1970, ascending: the latest 100 */
  activations: number[]
  /** Of these times those at which the past was counted by it too: the latest 100 */
  recounts: ModelRecount[]
}

export interface ModelRecount {
  id: string
  at: number
  /** Counted anew from the log */
  facts: string[]
}

/** Tiering's own state of one lead, kept in Redis only. */
export interface Standing {
  /** Of the last scores record folded in */
  offset: number
  /** Offset in activity that the latest snapshot names */
  source: number
  tier: string
  /** Of the latest transition; 0 before the first */
  number: number
  since: number
  left: Left[]
  /** Until when the lead was forgotten, of the latest snapshot */
  forgotten: null | number
  /** Whole second, ms since 1970 */
  wakeAt: null | number
  /** The latest Score as read from scores; kept only while wakeAt is set */
  snapshot: null | Buffer
}

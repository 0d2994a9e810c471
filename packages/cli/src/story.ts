import type { Attribute, Condition, Contribution, Recent } from '@hotlead/contracts'
import {
  type ExplainedRule,
  type ExplainedScore,
  type Explanation,
  explain,
  type Millis,
  type Model,
} from '@hotlead/model'
import { stateAt } from './foresight.ts'
import { type KeyView, tierStateOf } from './reading.ts'

/** All that one lead is at a time, and why: what `hotlead lead` prints, and gives as JSON. */
export interface Story {
  workspace: string
  subject: string
  /** The visitor that was asked for, where it turned out to be this lead. */
  visitor: string | undefined
  at: Millis
  /** Points; `contributions` and `limits` sum to it exactly, in thousandths. */
  score: number
  millipoints: number
  tier: string
  /** ms since 1970 */
  since: Millis
  /** Of the latest transition; 0: it never left the lowest tier. */
  transition: number
  model: { name: string; version: string }
  contributions: ExplainedRule[]
  /** What limits took away of the score. */
  limits: Contribution[]
  /** The model's other scores. */
  scores: ExplainedScore[]
  fit: Explanation['fit']
  grid: Explanation['grid']
  phase: Explanation['phase']
  suppressed: Explanation['suppressed']
  tiers: { tier: string; enter: Condition[]; enterHolds: boolean; exit: Condition[]; exitHolds: boolean }[]
  /** With no further event. */
  next: { at: Millis; tier: string } | undefined
  first: Millis
  last: Millis
  attributes: Attribute[]
  visitors: string[]
  recent: Recent[]
}

/**
 * The lead at `at`, which is now, or later: then in the tier that it will be in if nothing more happens.
 * @param o view: of a key that the scorer knows, not of a visitor that is another lead by now
 */
export function storyOf(o: {
  workspace: string
  subject: string
  visitor: string | undefined
  view: KeyView
  model: Model
  now: Millis
  at: Millis
}): Story {
  const { workspace, subject, visitor, view, model, now, at } = o
  const lead = view.score?.lead
  if (!lead) throw new Error(`${view.key} has no facts`)
  const state = stateAt(model, lead, tierStateOf(model, view), now, at)
  const { scores, fit, grid, phase, suppressed, tiers, next } = explain(model, lead, state, at)
  const [{ millipoints, rules, limits }, ...others] = scores
  return {
    workspace,
    subject,
    visitor,
    at,
    score: millipoints / 1000,
    millipoints,
    tier: state.tier,
    since: state.since,
    transition: state.number,
    model: { name: model.name, version: model.version },
    contributions: rules,
    limits,
    scores: others,
    fit,
    grid,
    phase,
    suppressed,
    tiers,
    next,
    first: lead.first,
    last: lead.last,
    attributes: lead.attributes,
    visitors: lead.visitors.map(v => v.visitor),
    recent: lead.recent.filter(r => r.what !== '').toReversed(),
  }
}

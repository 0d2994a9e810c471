import type { Attribute, Condition, Contribution, Lead, Recent } from '@hotlead/contracts'
import {
  type ExplainedRule,
  type ExplainedScore,
  type Explanation,
  explain,
  type Millis,
  type Model,
  type TierState,
  visitorsOf,
} from '@hotlead/model'

/** With the number of the transition that led into it. */
export type NumberedState = TierState & { number: number }

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
 * A lead at a time, with the facts of that time, in the tier that it was, is or will be in then.
 * @param o lead: not of a visitor that is another lead by now
 */
export function storyOf(o: {
  workspace: string
  subject: string
  visitor: string | undefined
  lead: Lead
  state: NumberedState
  model: Model
  at: Millis
}): Story {
  const { workspace, subject, visitor, lead, state, model, at } = o
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
    visitors: visitorsOf(lead),
    recent: lead.recent.filter(r => r.what !== '').toReversed(),
  }
}

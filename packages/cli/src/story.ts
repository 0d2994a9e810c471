import type { Attribute, Condition, Recent } from '@hotlead/contracts'
import { type ExplainedRule, explain, type Millis, type Model } from '@hotlead/model'
import { treeLines } from './conditionTree.ts'
import { stateAt } from './foresight.ts'
import { type KeyView, tierStateOf } from './reading.ts'
import { printable, type Style, table } from './terminal.ts'
import { distanceText, timeText } from './times.ts'

/** All that one lead is at a time, and why: what `hotlead lead` prints, and gives as JSON. */
export interface Story {
  workspace: string
  subject: string
  /** The visitor that was asked for, where it turned out to be this lead. */
  visitor: string | undefined
  at: Millis
  /** Points; `contributions` sum to it exactly, in thousandths. */
  score: number
  millipoints: number
  tier: string
  /** ms since 1970 */
  since: Millis
  /** Of the latest transition; 0: it never left the lowest tier. */
  transition: number
  model: { name: string; version: string }
  contributions: ExplainedRule[]
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
  const { millipoints, rules, tiers, next } = explain(model, lead, state, at)
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
    tiers,
    next,
    first: lead.first,
    last: lead.last,
    attributes: lead.attributes,
    visitors: lead.visitors.map(v => v.visitor),
    recent: lead.recent.filter(r => r.what !== '').toReversed(),
  }
}

/** Activities that people see without --all. */
const SHOWN = 10

export interface Look {
  style(style: Style, text: string): string
  width: number
}

/** The story as a person reads it. */
export function storyLines(
  s: Story,
  model: Model,
  asked: string,
  all: boolean,
  { style, width }: Look,
): string[] {
  const lines: string[] = []
  const email = s.attributes.find(a => a.name === 'email')?.value
  const name = email === undefined ? s.subject : `${email}  ${s.subject}`
  lines.push(style('bold', printable(name)))
  if (s.visitor !== undefined && asked !== s.subject)
    lines.push(`${printable(s.visitor)} is this lead's visitor.`)
  lines.push(
    `${style(s.transition > 0 ? 'yellow' : 'dim', s.tier)} since ${timeText(s.since)} (${distanceText(s.since, s.at)})`,
    `score ${points(s.millipoints)} at ${timeText(s.at)}, by the model ${s.model.name} ${s.model.version}`,
    nextLine(s),
    '',
    style('bold', 'Where the score comes from'),
    ...contributionLines(s, width).map(line => `  ${line}`),
  )
  for (const t of s.tiers.toReversed()) {
    const tier = model.tiers.find(x => x.name === t.tier)
    lines.push('', style('bold', `${t.tier}: enters when`) + holdsText(t.enterHolds))
    if (tier?.enter) lines.push(...treeLines(tier.enter, t.enter, style))
    if (t.tier !== s.tier || !tier?.exit) continue
    lines.push(style('bold', `${t.tier}: leaves when`) + holdsText(t.exitHolds))
    lines.push(...treeLines(tier.exit, t.exit, style))
  }
  lines.push('', style('bold', 'What it did last'))
  const shown = all ? s.recent : s.recent.slice(0, SHOWN)
  for (const r of shown) lines.push(`  ${timeText(r.at)}  ${printable(r.what)}`)
  if (s.recent.length > shown.length) lines.push(`  … and ${s.recent.length - shown.length} more (--all)`)
  lines.push(`  first seen ${timeText(s.first)}, last ${distanceText(s.last, s.at)}`)
  const attributes = s.attributes.filter(a => a.name !== 'email')
  if (attributes.length > 0)
    lines.push(
      '',
      style('bold', 'What is known'),
      ...attributes.map(a => `  ${printable(a.name)}  ${printable(String(a.value))}`),
    )
  if (s.visitors.length > 0)
    lines.push('', style('bold', 'Its visitors'), ...s.visitors.map(v => `  ${printable(v)}`))
  return lines
}

/** Points with their thousandths. */
export function points(millipoints: number): string {
  return (millipoints / 1000).toFixed(3)
}

function nextLine(s: Story): string {
  if (!s.next) return `It stays ${s.tier} if nothing more happens.`
  if (s.next.at <= s.at + 1000) return `${s.next.tier} is due now: tiering moves it with its next tick.`
  return `It becomes ${s.next.tier} on ${timeText(s.next.at)} (${distanceText(s.next.at, s.at)}) if nothing more happens.`
}

function contributionLines(s: Story, width: number): string[] {
  if (s.contributions.length === 0) return ['no signal of this model matched']
  return table(
    [
      { title: 'signal', shrinks: 1 },
      { title: 'count', align: 'right' },
      { title: 'points', align: 'right' },
      { title: 'left of it', align: 'right' },
      { title: 'adds', align: 'right' },
      { title: 'how it fades' },
    ],
    [
      ...s.contributions.map(c => [
        c.rule,
        `${c.count}`,
        `× ${c.points}`,
        `× ${c.factor.toFixed(3)}`,
        points(c.millipoints),
        c.decay,
      ]),
      ['score', '', '', '', points(s.millipoints), ''],
    ],
    width - 2,
  )
}

function holdsText(holds: boolean): string {
  return holds ? '  (so it is)' : '  (not so)'
}

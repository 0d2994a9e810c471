import type { ExplainedScore, Model } from '@hotlead/model'
import { treeLines } from './conditionTree.ts'
import { flagLines } from './flagLines.ts'
import type { Story } from './story.ts'
import { printable, type Style, shortened, table } from './terminal.ts'
import { distanceText, timeText } from './times.ts'

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
    lines.push(
      s.visitor.startsWith('v:')
        ? `${shortened(s.visitor)} is this lead's visitor.`
        : `${shortened(asked)} is this lead's user id.`,
    )
  lines.push(
    `${style(s.transition > 0 ? 'yellow' : 'dim', s.tier)} since ${timeText(s.since)} (${distanceText(s.since, s.at)})`,
    `score ${points(s.millipoints)} at ${timeText(s.at)}, by the model ${s.model.name} ${s.model.version}`,
    ...standingLines(s),
    nextLine(s),
    '',
    style('bold', 'Where the score comes from'),
    ...indented(contributionLines({ ...s, name: 'score', rules: s.contributions }, width)),
  )
  for (const score of s.scores)
    lines.push(
      '',
      style('bold', `Where ${score.name} comes from`),
      ...indented(contributionLines(score, width)),
    )
  if (s.fit) lines.push('', style('bold', 'Where the fit comes from'), ...indented(fitLines(s.fit, width)))
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
  for (const line of flagLines(shown.map(r => r.what))) lines.push(style('dim', `  ${line}`))
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

function indented(lines: readonly string[]): string[] {
  return lines.map(line => `  ${line}`)
}

/** Beside score and tier, what the model says of the lead. */
function standingLines({ scores, fit, grid, phase, suppressed }: Story): string[] {
  const parts = [
    ...scores.map(s => `${s.name} ${points(s.millipoints)}`),
    ...(fit ? [`fit ${points(fit.millipoints)}`] : []),
    ...(grid ? [`grid ${grid}`] : []),
    ...(phase ? [`phase ${phase}`] : []),
  ]
  return [
    ...(parts.length > 0 ? [parts.join(', ')] : []),
    ...(suppressed
      ? [`Kept down by ${suppressed.name}: ${suppressed.because.map(b => printable(b.text)).join(', ')}.`]
      : []),
  ]
}

function nextLine(s: Story): string {
  if (!s.next) return `It stays ${s.tier} if nothing more happens.`
  if (s.next.at <= s.at + 1000) return `${s.next.tier} is due now: tiering moves it with its next tick.`
  return `It becomes ${s.next.tier} on ${timeText(s.next.at)} (${distanceText(s.next.at, s.at)}) if nothing more happens.`
}

/** What a score is made of, as a table whose parts sum to it exactly. */
function contributionLines(score: ExplainedScore, width: number): string[] {
  if (score.rules.length === 0) return ['no signal of this score matched']
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
      ...score.rules.map(c => [
        c.rule,
        `${Math.round(c.count * 1000) / 1000}`,
        c.points === undefined ? 'by its table' : `× ${c.points}`,
        `× ${c.factor.toFixed(3)}`,
        points(c.millipoints),
        c.decay,
      ]),
      ...score.limits.map(l => [l.rule, '', '', '', points(l.millipoints), '']),
      [score.name, '', '', '', points(score.millipoints), ''],
    ],
    width - 2,
  )
}

function fitLines(fit: NonNullable<Story['fit']>, width: number): string[] {
  return table(
    [
      { title: 'attribute', shrinks: 1 },
      { title: 'answer', shrinks: 1 },
      { title: 'adds', align: 'right' },
    ],
    [
      ...fit.rules.map(r => [r.rule, printable(r.answer), points(r.points * 1000)]),
      ...fit.limits.map(l => [l.rule, '', points(l.millipoints)]),
      ['fit', '', points(fit.millipoints)],
    ],
    width - 2,
  )
}

function holdsText(holds: boolean): string {
  return holds ? '  (so it is)' : '  (not so)'
}

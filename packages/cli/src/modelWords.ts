import {
  type Condition,
  decayWords,
  formatDuration,
  type Model,
  type Rule,
  type Tier,
  words,
} from '@hotlead/model'
import { type Style, table } from './terminal.ts'

/** What a model says, for the person who wrote it to compare with what was meant. */
export function modelLines(
  model: Model,
  { style, width }: { style(style: Style, text: string): string; width: number },
): string[] {
  const rules = new Map(model.rules.map(r => [r.signal, r]))
  const names = [...new Set([...model.signals.map(s => s.name), ...rules.keys()])]
  const rows = names.map(name => {
    const rule = rules.get(name)
    return rule
      ? [name, pointsText(rule.points), capText(rule), decayWords(rule.decay)]
      : [name, 'no points', 'only counted', '']
  })
  return [
    style('bold', 'Signals and what each match adds'),
    ...table(
      [
        { title: 'signal', shrinks: 1 },
        { title: 'points', align: 'right' },
        { title: 'counts' },
        { title: 'fades' },
      ],
      rows,
      width - 2,
    ).map(line => `  ${line}`),
    ...model.tiers
      .toReversed()
      .flatMap((tier, i) => ['', ...tierLines(tier, i === model.tiers.length - 1, style)]),
  ]
}

function pointsText(points: number): string {
  return points > 0 ? `+${points}` : String(points)
}

function capText(rule: Rule): string {
  const caps = [
    ...(rule.perDay === undefined ? [] : [`at most ${rule.perDay} a day`]),
    ...(rule.total === undefined ? [] : [`at most ${rule.total} in all`]),
  ]
  return caps.length > 0 ? caps.join(', ') : 'every one'
}

function tierLines(tier: Tier, isLowest: boolean, style: (style: Style, text: string) => string): string[] {
  if (isLowest) return [`${style('bold', tier.name)}, where every lead begins`]
  const lines = [`${style('bold', tier.name)}${tier.announce ? ', announced on hot-leads' : ''}`]
  if (tier.enter) lines.push(...treeLines('enters when', tier.enter, 1))
  if (tier.exit) lines.push(...treeLines('leaves when', tier.exit, 1))
  else lines.push('  leaves when that no longer holds')
  if (tier.dwell > 0) lines.push(`  stays for at least ${formatDuration(tier.dwell)}`)
  if (tier.coolDown > 0)
    lines.push(`  after leaving, comes back after ${formatDuration(tier.coolDown)} at the earliest`)
  return lines
}

/** A condition as an indented tree: `all of` and `any of` above their parts. */
function treeLines(lead: string, condition: Condition, depth: number): string[] {
  const indent = '  '.repeat(depth)
  const before = lead === '' ? '' : `${lead} `
  switch (condition.kind) {
    case 'all':
    case 'any':
      return [
        `${indent}${before}${condition.kind} of`,
        ...condition.of.flatMap(part => treeLines('', part, depth + 1)),
      ]
    case 'not':
      return treeLines(`${before}not`, condition.of, depth)
    default:
      return [`${indent}${before}${words(condition)}`]
  }
}

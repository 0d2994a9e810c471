import {
  type Condition,
  decayWords,
  firstTier,
  formatDuration,
  HOUR,
  MAIN,
  type Model,
  type Rule,
  type ScoreDefinition,
  type Tier,
  words,
} from '@hotlead/model'
import { type Style, table } from './terminal.ts'

type Look = { style(style: Style, text: string): string; width: number }

/** What a model says, for the person who wrote it to compare with what was meant. */
export function modelLines(model: Model, look: Look): string[] {
  const { style } = look
  const [main, ...others] = model.scores
  const sections = [
    scoreLines('Signals and what each match adds', model, main, look),
    ...others.map(score => scoreLines(`Score ${score.name}`, model, score, look)),
    ...(model.fit ? [fitLines(model.fit, look)] : []),
    ...(model.grid ? [gridLines(model.grid, style)] : []),
    ...(model.phases.length > 0 ? [phaseLines(model, style)] : []),
    ...(model.suppress.length > 0 ? [suppressLines(model, style)] : []),
    ...model.tiers.toReversed().map((tier, i) => tierLines(tier, i === model.tiers.length - 1, style)),
  ]
  return sections.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]))
}

function scoreLines(title: string, model: Model, score: ScoreDefinition, { style, width }: Look): string[] {
  const rows = score.rules.map(rule => [
    rule.name === rule.signal ? rule.signal : `${rule.name} (${rule.signal})`,
    worthText(rule),
    capText(rule),
    [decayWords(rule.decay), ...limitTexts(rule.limit), ...(rule.group ? [`in ${rule.group}`] : [])].join(
      ', ',
    ),
  ])
  const ruled = new Set(model.scores.flatMap(s => s.rules.map(r => r.signal)))
  const rest = model.signals.filter(s => !ruled.has(s.name))
  if (score === model.scores[0]) rows.push(...rest.map(s => [s.name, 'no points', 'only counted', '']))
  const limits = [
    ...score.groups.map(({ name, limit }) => `${name} together: ${limitTexts(limit).join(', ')}`),
    ...(score.limit ? [`all together: ${limitTexts(score.limit).join(', ')}`] : []),
  ]
  return [
    style('bold', title),
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
    ...limits.map(line => `  ${line}`),
  ]
}

function worthText({ brackets, terms }: Rule): string {
  if (brackets) return brackets.map(b => `${signed(b.points)} from ${b.from}`).join(', ')
  if (terms.length === 1 && terms[0]?.row === undefined) return signed(terms[0]?.points ?? 0)
  return terms.map(t => `${signed(t.points)} ${t.row}`).join(', ')
}

function signed(points: number): string {
  return points > 0 ? `+${points}` : String(points)
}

function limitTexts(limit: Rule['limit']): string[] {
  return [
    ...(limit?.atLeast === undefined ? [] : [`at least ${limit.atLeast} points`]),
    ...(limit?.atMost === undefined ? [] : [`at most ${limit.atMost} points`]),
  ]
}

function capText({ caps }: Rule): string {
  const texts = caps.map(({ hours, most, of }) => {
    const what = of === 'points' ? `${most} points` : most
    return `at most ${what} ${periodText(hours)}`
  })
  return texts.length > 0 ? texts.join(', ') : 'every one'
}

function periodText(hours: number): string {
  if (hours === Number.POSITIVE_INFINITY) return 'in all'
  if (hours === 24) return 'a day'
  return hours === 7 * 24 ? 'a week' : `each ${formatDuration(hours * HOUR)}`
}

function fitLines(fit: NonNullable<Model['fit']>, { style, width }: Look): string[] {
  const rows = fit.rules.flatMap(rule => [
    ...rule.rows.map((row, i) => [i === 0 ? rule.attribute : '', row.words, signed(row.points)]),
    ['', 'anything else', signed(rule.otherwise)],
    ['', 'not known', signed(rule.unknown)],
  ])
  return [
    style('bold', 'Fit: who the lead is'),
    ...table(
      [{ title: 'attribute' }, { title: 'value', shrinks: 1 }, { title: 'points', align: 'right' }],
      rows,
      width - 2,
    ).map(line => `  ${line}`),
    ...limitTexts(fit.limit).map(text => `  all together: ${text}`),
  ]
}

function gridLines({ fit, score, of }: NonNullable<Model['grid']>, style: Look['style']): string[] {
  const side = (bands: typeof fit) =>
    bands.map(b => (Number.isFinite(b.atLeast) ? `${b.name} from ${b.atLeast}` : `else ${b.name}`)).join(', ')
  return [style('bold', 'Grid'), `  fit    ${side(fit)}`, `  ${of === MAIN ? 'score' : of}  ${side(score)}`]
}

function phaseLines(model: Model, style: Look['style']): string[] {
  return [
    style('bold', 'Phases, the last that holds'),
    ...model.phases.flatMap(p =>
      p.when ? [`  ${p.name}`, ...treeLines('when', p.when, 2)] : [`  ${p.name}, where every lead begins`],
    ),
  ]
}

function suppressLines(model: Model, style: Look['style']): string[] {
  return [
    style('bold', `Never above ${firstTier(model)}`),
    ...model.suppress.flatMap(s => treeLines(`${s.name}:`, s.when, 1)),
  ]
}

function tierLines(tier: Tier, isLowest: boolean, style: (style: Style, text: string) => string): string[] {
  if (isLowest) return [`${style('bold', tier.name)}, where every lead begins`]
  const lines = [`${style('bold', tier.name)}${announceText(tier.announce)}`]
  if (tier.enter) lines.push(...treeLines('enters when', tier.enter, 1))
  if (tier.exit) lines.push(...treeLines('leaves when', tier.exit, 1))
  else lines.push('  leaves when that no longer holds')
  if (tier.dwell > 0) lines.push(`  stays for at least ${formatDuration(tier.dwell)}`)
  if (tier.coolDown > 0)
    lines.push(`  after leaving, comes back after ${formatDuration(tier.coolDown)} at the earliest`)
  return lines
}

function announceText(announce: Tier['announce']): string {
  if (announce === 'never') return ''
  if (announce === 'always') return ', announced on hot-leads'
  if (announce === 'once') return ', announced on hot-leads the first time'
  return `, announced on hot-leads, again after ${formatDuration(announce.again)} outside at the earliest`
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
    case 'atLeast':
      return [
        `${indent}${before}at least ${condition.least} of`,
        ...condition.of.flatMap(part => treeLines('', part, depth + 1)),
      ]
    case 'segment':
      return [`${indent}${before}segment ${condition.name}`]
    case 'not':
      return treeLines(`${before}not`, condition.of, depth)
    default:
      return [`${indent}${before}${words(condition)}`]
  }
}

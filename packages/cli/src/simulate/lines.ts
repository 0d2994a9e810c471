import type { Explanation } from '@hotlead/model'
import type { Alert, Different, Overlap, Simulated, Told } from '@hotlead/whatif'
import { conditionLines } from '../conditionLines.ts'
import { counted } from '../counted.ts'
import { number } from '../replay/progress.ts'
import { type Look, points } from '../storyLines.ts'
import { printable, table } from '../terminal.ts'
import { lengthText, timeText } from '../times.ts'
import { histogramLines } from './histogram.ts'

export interface Words {
  workspace: string
  /** What the models are called in the columns. */
  names: readonly string[]
  seconds: number
  /** Of each list so many are shown. */
  limit: number
}

/** What a simulation found, as a person reads it. */
export function simulationLines({ log, report: r }: Simulated, w: Words, look: Look): string[] {
  const { style, width } = look
  const lines = [
    ...r.models.map((m, i) => `${w.names[i]?.padEnd(8)}  ${m.name} ${m.version}`),
    `${'log'.padEnd(8)}  ${counted(log.folded, 'record')} of ${w.workspace}, ${counted(log.subjects, 'lead or visitor', 'leads and visitors')}, in ${w.seconds.toFixed(1)} s`,
  ]
  if (log.folded === 0) return lines
  lines.push(
    `${'time'.padEnd(8)}  ${timeText(r.from)} to ${timeText(r.to)}`,
    '',
    ...table(
      [{ title: '' }, ...w.names.map(title => ({ title, align: 'right' as const }))],
      [
        ['leads that sales is told of', ...r.leads.map(number)],
        ['alerts', ...r.alerts.map(number)],
      ],
      width,
    ),
  )
  if (r.overlap) lines.push(...overlapLines(r.overlap, w.names))
  lines.push('', style('bold', 'Alerts a day (UTC)'), ...indented(histogramLines(r.days, w.names)))
  const groups: [string, (t: Told) => boolean][] = r.overlap
    ? [
        [`Only by ${w.names[0]}`, t => t.alerts[1]?.length === 0],
        [`Only by ${w.names[1]}`, t => t.alerts[0]?.length === 0],
      ]
    : [['Who sales is told of', () => true]]
  for (const [title, belongs] of groups)
    lines.push(...toldLines(title, r.told.filter(belongs), w.limit, look))
  if (r.most.length > 0)
    lines.push(
      '',
      style('bold', r.overlap ? 'The leads that differ most' : 'Longest in a tier that is announced'),
      ...r.most.slice(0, w.limit).flatMap(d => differentLines(d, w.names, look)),
    )
  return lines
}

function overlapLines(o: Overlap, names: readonly string[]): string[] {
  const [first = '', second = ''] = names
  const apart = o.earlier + o.later
  return [
    `by both ${number(o.both)}, only by ${first} ${number(o.onlyFirst)}, only by ${second} ${number(o.onlySecond)}`,
    ...(o.both > 0
      ? [
          `of both: ${number(o.sameTime)} at the same second, ${number(o.earlier)} earlier by ${first}, ${number(o.later)} later${
            apart > 0
              ? `; half of those within ${lengthText(o.median)}, all within ${lengthText(o.longest)}`
              : ''
          }`,
        ]
      : []),
  ]
}

function whoText({ email, subject }: Told): string {
  return printable(email === undefined ? subject : `${email}  ${subject}`)
}

function toldLines(title: string, told: readonly Told[], limit: number, { style }: Look): string[] {
  if (told.length === 0) return []
  return [
    '',
    style('bold', `${title}: ${number(told.length)}`),
    ...told.slice(0, limit).map(t => {
      const alert = t.alerts.find(a => a.length > 0)?.[0] as Alert
      return `  ${timeText(alert.at)}  ${style('yellow', alert.tier)}  ${whoText(t)}  ${scoreText(alert.millipoints, alert.contributions)}`
    }),
    ...(told.length > limit
      ? [`  … and ${number(told.length - limit)} more (--limit, or --json for all)`]
      : []),
  ]
}

function scoreText(millipoints: number, parts: readonly { rule: string; millipoints: number }[]): string {
  const adds = parts
    .toSorted((a, b) => b.millipoints - a.millipoints)
    .map(c => `${c.rule} ${points(c.millipoints)}`)
  return `${points(millipoints)}${adds.length > 0 ? `: ${adds.join(' + ')}` : ''}`
}

function differentLines(d: Different, names: readonly string[], look: Look): string[] {
  const { style } = look
  const inside = d.inside.map((ms, m) => `${names[m]} ${lengthText(ms)}`).join(', ')
  return [
    `  ${style('bold', whoText(d))}  in an announced tier: ${inside}`,
    ...d.explanations.flatMap((e, m) => [
      `    ${names[m]}: ${style('yellow', d.tiers[m] ?? '')} at ${timeText(d.at)}, score ${explainedScore(e)}`,
      ...indented(conditionLines(e.tiers.at(-1)?.enter ?? [], look.style), '    '),
    ]),
  ]
}

function explainedScore({ scores: [main] }: Explanation): string {
  return scoreText(main.millipoints, [...main.rules.filter(r => r.millipoints !== 0), ...main.limits])
}

function indented(lines: readonly string[], by = '  '): string[] {
  return lines.map(line => `${by}${line}`)
}

import type { Difference } from '@hotlead/model'
import { counted } from './counted.ts'
import type { Moves } from './moves.ts'
import { printable, type Style, table } from './terminal.ts'

interface Look {
  style(style: Style, text: string): string
  width: number
}

const EFFECTS = {
  'at once': 'Applies to every lead at once, from what is known of it',
  'from now on': 'Counts from now on (with `publish --replay` the past too, as far as the log reaches)',
} as const

/** What a model says differently, in words, by when it takes effect. */
export function differenceLines(differences: readonly Difference[], { style }: Look): string[] {
  if (differences.length === 0) return ['The two say the same.']
  return (Object.keys(EFFECTS) as (keyof typeof EFFECTS)[])
    .flatMap(effect => {
      const of = differences.filter(d => d.effect === effect)
      return of.length === 0
        ? []
        : ['', style('bold', EFFECTS[effect]), ...of.flatMap(d => entryLines(d, style))]
    })
    .slice(1)
}

function entryLines({ what, change, settings }: Difference, style: Look['style']): string[] {
  const [first] = settings
  if (change === 'added')
    return [`  ${style('green', '+')} ${printable(what)}  ${printable(first?.after ?? '')}`]
  if (change === 'removed')
    return [`  ${style('red', '-')} ${printable(what)}  ${printable(first?.before ?? '')}`]
  return settings.map(({ path, before, after }) => {
    const name = path === '' ? what : `${what}: ${path}`
    if (before === undefined)
      return `  ${style('yellow', '~')} ${printable(name)} is ${printable(after ?? '')}, new`
    if (after === undefined)
      return `  ${style('yellow', '~')} ${printable(name)} is gone, was ${printable(before)}`
    return `  ${style('yellow', '~')} ${printable(name)}  ${printable(before)} → ${printable(after)}`
  })
}

/** How many leads move where. */
export function moveLines(moves: Moves, { style, width }: Look): string[] {
  const { leads, moved, between, announced, examples, rebuilding } = moves
  const lines = [
    style('bold', `${number(moved)} of ${counted(leads, 'lead')} ${moved === 1 ? 'moves' : 'move'}`) +
      (announced > 0 ? `, ${number(announced)} of them into a tier that is announced` : ''),
  ]
  if (between.length > 0)
    lines.push(
      ...table(
        [{ title: 'from' }, { title: 'to' }, { title: 'leads', align: 'right' }],
        between.map(b => [printable(b.from), printable(b.to), number(b.leads)]),
        width - 2,
      ).map(line => `  ${line}`),
      '',
      style('bold', examples.length < moved ? `The first ${examples.length}` : 'They are'),
      ...table(
        [
          { title: 'lead', shrinks: 1 },
          { title: 'from' },
          { title: 'to' },
          { title: 'score', align: 'right' },
          { title: 'then', align: 'right' },
        ],
        examples.map(e => [
          printable(e.email ?? e.subject),
          printable(e.from),
          printable(e.to),
          e.before.toFixed(3),
          e.after.toFixed(3),
        ]),
        width - 2,
      ).map(line => `  ${line}`),
    )
  for (const reason of rebuilding) lines.push(`${reason} Its leads are not in these numbers.`)
  return lines
}

function number(n: number): string {
  return n.toLocaleString('en')
}

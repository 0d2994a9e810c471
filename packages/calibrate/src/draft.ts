import { stringify } from 'yaml'
import type { Calibration, SuggestedRule, SuggestedTier } from './calibrate.ts'
import { headWords } from './draftHead.ts'
import { liftSentence, percent, shareWords, thousands } from './liftWords.ts'
import { type Condition, reaches } from './tierConditions.ts'
import { commentLines } from './wrap.ts'

export interface DraftOptions {
  name: string
  /** After “8 of 10 who …”: what an outcome is. */
  became?: string
  /** The model whose signals these rules are of, relative to the draft. */
  extends?: string
}

/** The draft model in our language, for a person to read, edit and simulate. Ends with a line feed. */
export function draftOf(calibration: Calibration, options: DraftOptions): string {
  const { rules, tiers } = calibration
  const became = options.became ?? 'became opportunities'
  const scored = rules.filter(r => r.term.kind === 'count')
  const fitted = rules.filter(r => r.term.kind === 'attribute')
  return [
    ...headWords(calibration).flatMap(text => commentLines(text)),
    `name: ${scalar(options.name)}`,
    ...(options.extends === undefined ? [] : [`extends: ${scalar(options.extends)}`]),
    ...(scored.length === 0 ? [] : ['', 'rules:', ...scored.flatMap(r => ruleLines(r, '  ', became))]),
    ...(fitted.length === 0
      ? []
      : ['', 'fit:', '  rules:', ...fitted.flatMap(r => ruleLines(r, '    ', became))]),
    ...(tiers.length === 0 ? [] : ['', ...tierLines(tiers, calibration.fitSteps, scored.length > 0)]),
    '',
  ].join('\n')
}

function ruleLines(rule: SuggestedRule, indent: string, became: string): string[] {
  const { term, parts, lifts } = rule
  const inner = `${indent}  `
  const comment = commentLines(told(rule, became), indent)
  const settings = term.kind === 'count' ? Object.entries(term.settings ?? {}) : []
  const head =
    term.kind === 'count'
      ? `${indent}- signal: ${scalar(term.signal)}`
      : `${indent}- attribute: ${scalar(term.attribute)}`
  const note = (i: number) => (lifts[i] ? `  # ${shareWords(lifts[i])}` : '')
  const lines = [...comment, head]
  const brackets: string[] = []
  const table: string[] = []
  for (const [i, { part, points }] of parts.entries()) {
    if (part.kind === 'each') lines.push(`${inner}points: ${points}`)
    if (part.kind === 'from') brackets.push(`${inner}  - { from: ${part.from}, points: ${points} }${note(i)}`)
    if (part.kind === 'is') table.push(`${inner}  ${key(part.value)}: ${points}${note(i)}`)
  }
  if (brackets.length > 0) lines.push(`${inner}brackets:`, ...brackets)
  if (table.length > 0) lines.push(`${inner}table:`, ...table)
  // A rule of which only “unknown” tells anything still needs its shape.
  if (term.kind === 'attribute' && brackets.length + table.length === 0)
    lines.push(term.shape === 'table' ? `${inner}table: {}` : `${inner}brackets: [{ from: 0, points: 0 }]`)
  if (term.kind === 'attribute') {
    const place = parts.findIndex(p => p.part.kind === 'unknown')
    if (term.shape === 'table') lines.push(`${inner}otherwise: 0`)
    lines.push(`${inner}unknown: ${parts[place]?.points ?? 0}${note(place)}`)
  }
  return [...lines, ...settings.map(([name, value]) => `${inner}${name}: ${flow(value)}`)]
}

/** The sentence of the part that most points hang on. */
function told({ term, parts, lifts }: SuggestedRule, became: string): string {
  let [most, place, below] = [-1, 0, 0]
  for (const [i, { part, points }] of parts.entries()) {
    const step = Math.abs(part.kind === 'from' ? points - below : points)
    if (part.kind === 'from') below = points
    if (step > most) [most, place] = [step, i]
  }
  const [part, lift] = [parts[place]?.part, lifts[place]]
  return part && lift ? liftSentence(term, part, lift, became) : 'Nobody who has it was won.'
}

function tierLines(tiers: readonly SuggestedTier[], steps: readonly number[], counts: boolean): string[] {
  let below = Number.NEGATIVE_INFINITY
  return [
    ...(steps.length > 0 && counts
      ? commentLines('Score and fit add up: each line asks for less score of those who fit better.')
      : []),
    'tiers:',
    '  - name: COLD',
    ...tiers.flatMap(tier => {
      const { name, threshold } = tier
      const comment = commentLines(tierWords(tier), '  ')
      if (!threshold) return comment
      if (threshold.atLeast <= below)
        return [...comment, ...commentLines('Left out: that is no higher than the tier below it.', '  ')]
      below = threshold.atLeast
      // Two tenths below, so that nobody flickers; a habit, not a finding.
      const exit = threshold.atLeast - Math.max(1, Math.round(Math.abs(threshold.atLeast) * 0.2))
      return [
        ...comment,
        `  - name: ${scalar(name)}`,
        ...conditionLines('enter', reaches(threshold.atLeast, steps, counts)),
        ...conditionLines('exit', { not: reaches(exit, steps, counts) }),
      ]
    }),
  ]
}

/** Whole lines for what `any` chooses from, so that the steps of a stair stand below each other. */
function conditionLines(setting: string, condition: Condition | { not: Condition }): string[] {
  const [not, inner] = 'not' in condition ? ['not', condition.not] : [undefined, condition]
  if (!('any' in inner)) return [`    ${setting}: ${flow(condition)}`]
  const indent = not ? '      ' : '    '
  return [
    `    ${setting}:`,
    ...(not ? [`${indent}not:`] : []),
    `${indent}  any:`,
    ...inner.any.map(step => `${indent}    - ${flow(step)}`),
  ]
}

function tierWords({ name, wanted, threshold, heldOut }: SuggestedTier): string {
  const wish =
    'precision' in wanted
      ? `${percent(wanted.precision)} of its leads won`
      : `${wanted.callsPerWeek} calls a week`
  if (!threshold)
    return `${name}: no threshold that 20 leads reach gives ${wish}; wish for less, or find better signals.`
  const then = heldOut
    ? ` On the held-out leads ${thousands(heldOut.leads)} reach it (${heldOut.perWeek.toFixed(1)} a week), ` +
      `${percent(heldOut.precision.value)} of them won (${percent(heldOut.precision.low)} to ${percent(heldOut.precision.high)}), ` +
      `${percent(heldOut.recall)} of all that were won.`
    : ''
  return `${name}, for ${wish}: score and fit together at least ${threshold.atLeast}.${then}`
}

function scalar(value: string): string {
  return stringify(value, { lineWidth: 0 }).trimEnd()
}

function key(value: string | number | boolean): string {
  return stringify(value, { lineWidth: 0 }).trimEnd()
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()
}

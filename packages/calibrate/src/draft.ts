import { stringify } from 'yaml'
import type { Calibration, SuggestedRule, SuggestedTier } from './calibrate.ts'
import { headWords } from './draftHead.ts'
import { liftSentence, percent, shareWords, thousands } from './liftWords.ts'
import { nameFor } from './ruleNames.ts'
import { type Condition, reaches } from './tierConditions.ts'
import { commentLines } from './wrap.ts'

export interface DraftOptions {
  name: string
  /** After “8 of 10 who …”: what an outcome is. */
  became?: string
  /** The model whose signals these rules are of: its file, relative to the draft, and what `replacedOf` says of it. */
  base?: { file: string; replaces: readonly string[] }
}

/** Sections that the draft has of its own, or leaves out because it has no such rules. */
const OWN = ['description', 'rules', 'groups', 'limit', 'fit', 'grid', 'tiers']

/** The draft model in our language, for a person to read, edit and simulate. Ends with a line feed. */
export function draftOf(calibration: Calibration, options: DraftOptions): string {
  const { rules, tiers } = calibration
  const became = options.became ?? 'became opportunities'
  const scored = named(rules.filter(r => r.term.kind === 'count'))
  const fitted = named(rules.filter(r => r.term.kind === 'attribute'))
  return [
    ...headWords(calibration).flatMap(text => commentLines(text)),
    `name: ${scalar(options.name)}`,
    ...(options.base === undefined ? [] : baseLines(options.base)),
    ...(scored.length === 0 ? [] : ['', 'rules:', ...scored.flatMap(r => ruleLines(r, '  ', became))]),
    ...(fitted.length === 0
      ? []
      : ['', 'fit:', '  rules:', ...fitted.flatMap(r => ruleLines(r, '    ', became))]),
    ...(tiers.length === 0 ? [] : ['', ...tierLines(tiers, calibration.fitSteps, scored.length > 0)]),
    '',
  ].join('\n')
}

interface Named {
  rule: SuggestedRule
  /** Undefined where the rule is called as what it is of. */
  name: string | undefined
}

function named(rules: readonly SuggestedRule[]): Named[] {
  const taken = new Set<string>()
  return rules.map(rule => ({ rule, name: nameFor(rule.term, taken) }))
}

function baseLines({ file, replaces }: NonNullable<DraftOptions['base']>): string[] {
  const left = replaces.filter(section => !OWN.includes(section))
  return [
    `extends: ${scalar(file)}`,
    ...(left.length === 0
      ? []
      : commentLines(
          `Left out are its ${left.join(', ')}: they ask for points, which are others now. Take over what you need of them.`,
        )),
    ...(replaces.length === 0 ? [] : [`replaces: [${replaces.join(', ')}]`]),
  ]
}

function ruleLines({ rule, name }: Named, indent: string, became: string): string[] {
  const { term, parts, lifts } = rule
  const inner = `${indent}  `
  const comment = commentLines(told(rule, became), indent)
  const settings = term.kind === 'count' ? Object.entries(term.settings ?? {}) : []
  const head =
    term.kind === 'count'
      ? `${indent}- signal: ${scalar(term.signal)}`
      : `${indent}- attribute: ${scalar(term.attribute)}`
  const note = (i: number) => (lifts[i] ? `  # ${shareWords(lifts[i])}` : '')
  const lines = [...comment, head, ...(name === undefined ? [] : [`${inner}name: ${scalar(name)}`])]
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
    lines.push(`${inner}exists: true`, `${inner}points: 0`)
  if (term.kind === 'attribute') {
    const place = parts.findIndex(p => p.part.kind === 'unknown')
    if (table.length > 0) lines.push(`${inner}otherwise: 0`)
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
  const written = risingOf(tiers)
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
      if (!written.includes(tier))
        return [...comment, ...commentLines('Left out: that is no higher than the tier below it.', '  ')]
      // Two tenths below, so that nobody flickers; a habit, not a finding.
      const exit = threshold.atLeast - Math.max(1, Math.round(Math.abs(threshold.atLeast) * 0.2))
      return [
        ...comment,
        `  - name: ${scalar(name)}`,
        ...(tier === written.at(-1) ? ['    announce: true'] : []),
        ...conditionLines('enter', reaches(threshold.atLeast, steps, counts)),
        ...conditionLines('exit', { not: reaches(exit, steps, counts) }),
      ]
    }),
  ]
}

/** Tiers that stand above those before them. There is one, since the last has a threshold where no other has. */
export function risingOf(tiers: readonly SuggestedTier[]): SuggestedTier[] {
  const rising: SuggestedTier[] = []
  for (const tier of tiers) {
    const below = rising.at(-1)?.threshold?.atLeast ?? Number.NEGATIVE_INFINITY
    if (tier.threshold && tier.threshold.atLeast > below) rising.push(tier)
  }
  return rising
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

function tierWords(tier: SuggestedTier): string {
  const { name, wanted, threshold, heldOut } = tier
  const wish =
    'precision' in wanted
      ? `${percent(wanted.precision)} of its leads won`
      : `${wanted.callsPerWeek} calls a week`
  const unmet = tier.isMet
    ? ''
    : `${name}: no threshold that 20 leads reach gives ${wish}; wish for less, or find better signals.`
  if (!threshold) return unmet
  const then = heldOut
    ? ` On the held-out leads ${thousands(heldOut.leads)} reach it (${heldOut.perWeek.toFixed(1)} a week), ` +
      `${percent(heldOut.precision.value)} of them won (${percent(heldOut.precision.low)} to ${percent(heldOut.precision.high)}), ` +
      `${percent(heldOut.recall)} of all that were won.`
    : ''
  const start = tier.isMet ? `${name}, for ${wish}:` : `${unmet} This is the strictest there is:`
  return `${start} score and fit together at least ${threshold.atLeast}.${then}`
}

/** On one line, whatever is in it: a text that YAML would fold, or end a line with, is written as JSON has it. */
function scalar(value: string | number | boolean): string {
  const text = stringify(value, { lineWidth: 0 }).trimEnd()
  return text.includes('\n') ? JSON.stringify(value) : text
}

/** As a key in a block, where a plain text must not hold what ends it. */
function key(value: string | number | boolean): string {
  return /^[\p{L}\p{N}][\p{L}\p{N} _-]*$/u.test(String(value)) ? scalar(value) : JSON.stringify(String(value))
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd()
}

import type { Calibration } from '@hotlead/calibrate'
import { havingWords, oneIn, percent, risingOf, shareWords, times } from '@hotlead/calibrate'
import { counted } from '../counted.ts'
import { number } from '../replay/progress.ts'
import { bar } from '../simulate/histogram.ts'
import type { Look } from '../storyLines.ts'
import { printable, table } from '../terminal.ts'
import { lengthText, timeText } from '../times.ts'
import type { Evidence } from './evidence.ts'

/** Rows of the table of lifts: what tells less than these is in the JSON. */
const MOST_LIFTS = 20
/** Characters of the widest bar. */
const WIDE = 32

type Part = Calibration['training']

/** What was read, and what of it counts. */
export function evidenceLines(
  { cases, ends, unknown, nothingBefore, others, undecided, log }: Evidence,
  o: { workspace: string; seconds: number },
): string[] {
  const of = [...ends.counts].map(([outcome, n]) => `${outcome} ${number(n)}`).join(', ')
  const left = [
    [unknown.length, 'of leads that the log does not know'],
    [nothingBefore, 'of leads of whom nothing was known before it'],
    [ends.again, 'of leads that had one before'],
    [ends.open, 'opportunities, which are no end where --good does not name them'],
    [ends.before, 'from before --from'],
  ] as const
  const told = left.filter(([n]) => n > 0).map(([n, what]) => `${number(n)} ${what}`)
  return [
    `log       ${counted(log.folded, 'record')} of ${o.workspace}, ${counted(log.subjects, 'lead or visitor', 'leads and visitors')}, in ${o.seconds.toFixed(1)} s`,
    `outcomes  ${of === '' ? 'none' : of}${others > 0 ? `; ${counted(others, 'lead')} without one ${others === 1 ? 'counts' : 'count'} as not won${undecided > 0 ? `, ${number(undecided)} more may still end and do not` : ''}` : ''}`,
    ...(told.length > 0 ? [`left out  ${told.join('; ')}`] : []),
    `leads     ${number(cases.length)}, ${number(cases.filter(c => c.good).length)} of them won`,
  ]
}

/** What outcomes say, as a person reads it. */
export function calibrationLines(c: Calibration, { style, width }: Look): string[] {
  const { auc, heldOut, training } = c
  const written = risingOf(c.tiers)
  return [
    `learned   ${partText(training)}`,
    `held out  ${partText(heldOut)}`,
    '',
    style('bold', `Who was won: 1 in ${oneIn(training.won / training.leads)} of all, and of those`),
    ...table(
      [{ title: '' }, { title: 'won' }, { title: 'times', align: 'right' }],
      c.lifts
        .slice(0, MOST_LIFTS)
        .map(({ term, part, lift }) => [
          printable(havingWords(term, part)),
          shareWords(lift),
          times(lift.lift),
        ]),
      width,
    ).map(indented),
    ...(c.lifts.length > MOST_LIFTS ? [`  … and ${c.lifts.length - MOST_LIFTS} more (--json for all)`] : []),
    '',
    style('bold', `Rules: ${c.rules.length}, the largest worth ${c.largest}`),
    `  AUC ${auc.heldOut.value.toFixed(3)} (${auc.heldOut.low.toFixed(3)} to ${auc.heldOut.high.toFixed(3)}) on what was held out: how often one that was won stands above one that was not`,
    '',
    style('bold', 'Predicted and come, on what was held out'),
    ...pictureOf(c.bins).map(indented),
    '',
    style('bold', 'Tiers, on what was held out'),
    ...table(
      [
        { title: '' },
        { title: 'from', align: 'right' },
        { title: 'a week', align: 'right' },
        { title: 'of them won' },
        { title: 'of all that were won', align: 'right' },
        { title: '' },
      ],
      c.tiers.map(tier => {
        const { name, threshold, heldOut: then, isMet } = tier
        return threshold && then
          ? [
              name,
              String(threshold.atLeast),
              then.perWeek.toFixed(1),
              `${percent(then.precision.value)} (${percent(then.precision.low)} to ${percent(then.precision.high)})`,
              `${percent(then.recall)}`,
              isMet
                ? written.includes(tier)
                  ? ''
                  : 'left out: no higher than the tier below'
                : 'the strictest there is: none does what is wanted',
            ]
          : [name, '–', '', '', '', 'left out: no threshold does what is wanted']
      }),
      width,
    ).map(indented),
  ]
}

/** A bar for what came of each tenth, and a mark where it was predicted to end. */
function pictureOf(bins: Calibration['bins']): string[] {
  const most = Math.max(...bins.flatMap(b => [b.predicted, b.observed]), 0.01)
  return [
    'predicted    came   leads',
    ...bins.map(({ predicted, observed, leads }) => {
      const drawn = [...bar(observed, most, WIDE).padEnd(WIDE + 1)]
      drawn[Math.min(WIDE, Math.round((predicted / most) * WIDE))] = '┃'
      const [p, o] = [percent(predicted), percent(observed)]
      return `${p.padStart(9)} ${o.padStart(7)} ${number(leads).padStart(7)}  ${drawn.join('')}`.trimEnd()
    }),
  ]
}

function partText({ leads, won, from, to }: Part): string {
  return `${counted(leads, 'lead')}, ${number(won)} won, ${timeText(from)} to ${timeText(to)} (${lengthText(to - from)})`
}

function indented(line: string): string {
  return `  ${line}`
}

import type { aucWithInterval } from '@hotlead/calibrate'

interface Measured {
  auc: number
  brier: number
  predicted: number[]
}

const MODELS = {
  ours: 'hotlead, whole points, at most 12 rules',
  logistic: 'logistic regression, all columns',
  boostedApart: 'boosted trees without interactions',
  boostedDefault: 'boosted trees, default settings',
  boosted: 'boosted trees, chosen settings',
} as const
type Kind = keyof typeof MODELS

export type Theirs = { split: string; pageValues: boolean } & Record<Exclude<Kind, 'ours'>, Measured>
export interface Ours {
  split: string
  pageValues: boolean
  ours: Measured & { beforeRounding: number; rules: number; largest: number }
  outcomes: boolean[]
}

/** One table a column of page values or not: AUC by time with DeLong's interval; mean and range of the random splits. */
export function tablesOf(
  ours: readonly Ours[],
  theirs: readonly Theirs[],
  interval: typeof aucWithInterval,
): string {
  const pairs = ours.map(o => {
    const t = theirs.find(r => r.split === o.split && r.pageValues === o.pageValues)
    if (!t) throw new Error(`theirs.json has no ${o.split}: run train.py again`)
    return { ...t, ...o }
  })
  return [false, true]
    .map(pageValues => {
      const of = pairs.filter(p => p.pageValues === pageValues)
      const time = of.find(p => p.split === 'time')!
      const random = of.filter(p => p.split !== 'time')
      const rows = (Object.keys(MODELS) as Kind[]).map(kind => {
        const { value, low, high } = interval(time[kind].predicted, time.outcomes)
        const aucs = random.map(p => p[kind].auc)
        const apart = random.map(p => p.ours.auc - p[kind].auc)
        return [
          MODELS[kind],
          `${three(value)} (${three(low)} to ${three(high)})`,
          kind === 'ours' ? '' : signed(time.ours.auc - value),
          `${three(mean(aucs))} (${three(Math.min(...aucs))} to ${three(Math.max(...aucs))})`,
          kind === 'ours'
            ? ''
            : `${signed(mean(apart))} (${signed(Math.min(...apart))} to ${signed(Math.max(...apart))})`,
        ]
      })
      const head = [
        pageValues ? 'with PageValues' : 'without PageValues',
        'Nov, Dec held out',
        'ours less it',
        'ten random splits',
        'ours less it',
      ]
      const rounding = of.map(p => p.ours.beforeRounding - p.ours.auc)
      return [
        line(head),
        line(head.map(() => '---')),
        ...rows.map(line),
        '',
        `Rules by time ${time.ours.rules}, at random ${range(random.map(p => p.ours.rules))}; rounding to whole points cost ` +
          `${signed(time.ours.beforeRounding - time.ours.auc)} by time, ${signed(mean(rounding))} on average.`,
      ].join('\n')
    })
    .join('\n\n')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length
}

function range(values: readonly number[]): string {
  return `${Math.min(...values)} to ${Math.max(...values)}`
}

function three(value: number): string {
  return value.toFixed(3)
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
}

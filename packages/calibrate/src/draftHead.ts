import type { Calibration, Part } from './calibrate.ts'
import { percent, thousands } from './liftWords.ts'

/** What a reader must know before believing any of it, a text a comment. */
export function headWords({
  training,
  heldOut,
  rules,
  largest,
  auc,
  bins,
  brier,
  link,
}: Calibration): string[] {
  const { value, low, high } = auc.heldOut
  const cost = auc.beforeRounding - value
  return [
    'A draft that outcomes suggest. Read it, edit it, simulate it: what goes together with an outcome need not be its cause.',
    `Learned from ${partWords(training)}. Held out: ${partWords(heldOut)}. Shares behind points are of the former, won of ` +
      'all that had it, with their interval of 95 %.',
    `AUC ${value.toFixed(3)} on what was held out (${low.toFixed(3)} to ${high.toFixed(3)}), ${auc.training.toFixed(3)} on ` +
      `what was learned from. ${rules.length} rules, the largest worth ${largest}; whole points ` +
      `${Math.abs(cost) < 0.0005 ? 'cost nothing' : cost > 0 ? `cost ${cost.toFixed(3)}` : `gain ${(-cost).toFixed(3)} by chance`}. ` +
      `Brier ${brier.toFixed(3)}.`,
    ...(link.slope > 0
      ? [`${(Math.LN2 / link.slope).toFixed(1)} points more double the odds of being won.`]
      : []),
    'Held out, by tenths from the least likely: predicted and came. ' +
      `${bins.map(b => `${percent(b.predicted)} and ${percent(b.observed)}`).join('; ')}.`,
  ]
}

function partWords({ leads, won, from, to }: Part): string {
  const day = (t: number) => new Date(t).toISOString().slice(0, 10)
  return `${thousands(leads)} leads, ${thousands(won)} won, ${day(from)} to ${day(to)}`
}

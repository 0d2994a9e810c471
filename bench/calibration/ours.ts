/**
 * Runs packages/calibrate over the rows of train.py and prints both beside each other; first run train.py.
 *
 *     node bench/calibration/ours.ts            all splits, some fourteen minutes on a busy machine
 *     node bench/calibration/ours.ts --draft    the draft model of the split by time instead (--with-page-values)
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { aucWithInterval, type Calibration, calibrate, draftOf, learn, totalOf } from '@hotlead/calibrate'
import { shoppers } from './shoppers.ts'
import { type Theirs, tablesOf } from './tables.ts'

const OUT = new URL('../out/calibration/', import.meta.url)
/** The first of November, as train.py has it. */
const HELD_OUT_FROM = Date.UTC(2017, 10)

interface Rows {
  train: number[]
  test: number[]
}

function readOut<T>(name: string): T {
  try {
    return JSON.parse(readFileSync(new URL(name, OUT), 'utf8')) as T
  } catch (cause) {
    throw new Error(`bench/out/calibration/${name} cannot be read: run bench/calibration/train.py first`, {
      cause,
    })
  }
}

/** By time as `calibrate` itself divides, which must be the very rows of train.py; else the rows as they are given. */
function run(split: string, rows: Rows, pageValues: boolean) {
  const { terms, samples } = shoppers(pageValues)
  const pick = (places: number[]) => places.map(i => samples[i]!)
  const [train, test] = [pick(rows.train), pick(rows.test)]
  if (split !== 'time') {
    // Held-out rows are random, so every fourth row judges the penalty, as it judges the trees.
    const fold = { learn: train.filter((_, i) => i % 4 !== 0), judge: train.filter((_, i) => i % 4 === 0) }
    return { calibration: learn(terms, train, test, {}, fold), test }
  }
  const done = calibrate(terms, samples, { heldOutFrom: HELD_OUT_FROM, tiers: TIERS })
  if (!done.ok) throw new Error(done.refusal.sentence)
  const { training, heldOut } = done.calibration
  if (
    training.leads !== train.length ||
    heldOut.leads !== test.length ||
    test.some(s => s.at < HELD_OUT_FROM)
  )
    throw new Error('the split by time is not that of train.py; run it again')
  return { calibration: done.calibration, test }
}

const TIERS = [
  { name: 'WARM', wanted: { precision: 0.25 } },
  { name: 'HOT', wanted: { precision: 0.5 } },
] as const

function measured(calibration: Calibration, test: ReturnType<typeof run>['test']) {
  const { rules, auc, brier, largest, bins } = calibration
  return {
    auc: auc.heldOut.value,
    beforeRounding: auc.beforeRounding,
    brier,
    largest,
    bins,
    rules: rules.length,
    predicted: test.map(s => totalOf(rules, s)),
  }
}

const splits = readOut<Record<string, Rows>>('splits.json')
if (process.argv.includes('--draft')) {
  const pageValues = process.argv.includes('--with-page-values')
  const { calibration } = run('time', splits.time!, pageValues)
  console.log(draftOf(calibration, { name: 'shoppers', became: 'bought' }).trimEnd())
} else {
  const results = Object.entries(splits).flatMap(([split, rows]) =>
    [false, true].map(pageValues => {
      const { calibration, test } = run(split, rows, pageValues)
      const ours = measured(calibration, test)
      console.error(
        `${split} ${pageValues ? 'with' : 'without'} ${ours.auc.toFixed(4)}, ${ours.rules} rules up to ${ours.largest}`,
      )
      return { split, pageValues, ours, outcomes: test.map(s => s.outcome) }
    }),
  )
  writeFileSync(new URL('ours.json', OUT), JSON.stringify(results))
  console.log(tablesOf(results, readOut<{ results: Theirs[] }>('theirs.json').results, aucWithInterval))
}

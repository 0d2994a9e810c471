import { readFileSync } from 'node:fs'
import { learn } from '@hotlead/calibrate'
import { shoppers } from './shoppers.ts'

const out = new URL('../out/calibration/', import.meta.url)
const splits = JSON.parse(readFileSync(new URL('splits.json', out), 'utf8'))
const theirs = JSON.parse(readFileSync(new URL('theirs.json', out), 'utf8'))
for (const name of ['time', 'random-0', 'random-1'])
  for (const pv of [false, true]) {
    const { terms, samples } = shoppers(pv)
    const t0 = performance.now()
    const at = (rows: number[]) => rows.map(i => samples[i]!)
    const c = learn(terms, at(splits[name].train), at(splits[name].test), {
      tiers: [{ name: 'HOT', wanted: { precision: 0.5 } }],
    })
    const b = theirs.results.find((r: any) => r.split === name && r.pageValues === pv)
    console.log(
      name,
      pv,
      'ours',
      c.auc.heldOut.value.toFixed(4),
      'exact',
      c.auc.beforeRounding.toFixed(4),
      'train',
      c.auc.training.toFixed(4),
      'boost',
      b.boosted.auc.toFixed(4),
      b.boostedDefault.auc.toFixed(4),
      'lr',
      b.logistic.auc.toFixed(4),
      'largest',
      c.largest,
      'rules',
      c.rules.length,
      Math.round(performance.now() - t0),
      'ms',
    )
    if (name !== 'random-1')
      for (const r of c.rules)
        console.log(
          '   ',
          r.term.kind === 'count' ? r.term.signal : r.term.attribute,
          r.parts
            .map(
              p => `${'from' in p.part ? p.part.from : 'value' in p.part ? p.part.value : '?'}:${p.points}`,
            )
            .join(' '),
        )
  }

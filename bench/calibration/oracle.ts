import { readFileSync } from 'node:fs'
import { shoppers } from './shoppers.ts'
import { learningOf, seenThrough, leaningOf, swingOf } from '../../packages/calibrate/src/weights.ts'
import { pathOf } from '../../packages/calibrate/src/path.ts'
import { logOdds, logLoss } from '../../packages/calibrate/src/logistic.ts'
import { aucOf } from '../../packages/calibrate/src/auc.ts'
const out = new URL('../out/calibration/', import.meta.url)
const splits = JSON.parse(readFileSync(new URL('splits.json', out), 'utf8'))
for (const name of ['time', 'random-0', 'random-1'])
  for (const pv of [false, true]) {
    const { terms, samples } = shoppers(pv)
    const at = (rows: number[]) => rows.map(i => samples[i]!)
    const [tr, te] = [at(splits[name].train), at(splits[name].test)]
    const won = te.map(s => s.outcome)
    const run = (label: string, kept: number[], lean: number[], shape = {}) => {
      const L = learningOf(terms, kept, tr, shape), T = seenThrough(L, te)
      const signs = L.chosen.map(c => (terms[c.term]!.kind === 'count' ? lean[c.term]! : 0)) as any
      let line = label, best: any = [0, null, 0], k = 0
      for (const s of pathOf(L, signs, 20, 2e-3)) {
        const a = aucOf([...logOdds(T.columns, won.length, s.fit)], won)
        line += ' ' + a.toFixed(3); if (a > best[0]) best = [a, s, k]; k++
      }
      console.log(name, pv, line, 'best', best[0].toFixed(4), best[2], L.columns.length)
      return { L, fit: best[1].fit, step: best[1] }
    }
    const all = terms.map((_, i) => i)
    const f = run('free', all, all.map(() => 0))
    run('free, 16', all, all.map(() => 0), { brackets: 16 })
    const lean = leaningOf(f.L, f.fit)
    const g = run('sign', all, lean)
    const sw = swingOf(g.L, g.fit)
    const kept = all.slice().sort((a, b) => sw[b]! - sw[a]!).slice(0, 12).sort((a, b) => a - b)
    run('few', kept, lean)
    console.log(kept.map(i => (terms[i] as any).signal ?? (terms[i] as any).attribute).join(' '))
  }

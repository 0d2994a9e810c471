import { DAY, leads, START, terms } from '../test/leads.ts'
import { calibrate, type Options } from './calibrate.ts'
import { numberOf } from './columns.ts'
import type { Sample } from './design.ts'

const samples = leads(1600)
const FROM = START + 75 * DAY
const options: Options = { heldOutFrom: FROM, tiers: [{ name: 'HOT', wanted: { precision: 0.5 } }] }
const found = (of: readonly Sample[] = samples, more: Options = options) => {
  const done = calibrate(terms, of, more)
  if (!done.ok) throw new Error(done.refusal.sentence)
  return done.calibration
}
const calibration = found()
const named = (name: string) =>
  calibration.rules.find(r => ('signal' in r.term ? r.term.signal : r.term.attribute) === name)

/** All that is learned; what is measured on the held-out samples is left out. */
function learned(of: readonly Sample[]) {
  const { training, rules, largest, link, fitSteps, tiers, auc } = found(of)
  return { training, rules, largest, link, fitSteps, auc: auc.training, tiers: tiers.map(t => t.threshold) }
}

describe('leads whose odds are known', () => {
  test('what lifts gets points, what lowers gets them below zero, noise gets little', () => {
    const last = (name: string) => named(name)?.parts.findLast(p => p.part.kind === 'from')?.points ?? 0
    expect(last('pricing')).toBeGreaterThan(10)
    expect(last('careers')).toBeLessThan(-5)
    expect(last('employees')).toBeGreaterThan(3)
    expect(named('industry')?.parts[0]).toMatchObject({ part: { kind: 'is', value: 'software' } })
    expect(Math.abs(last('noise'))).toBeLessThan(calibration.largest / 5)
  })

  // The true odds themselves reach 0.833 on 100,000 such leads.
  test('AUC is about that of the true odds, 0.83, within its interval', () => {
    const { low, high, value } = calibration.auc.heldOut
    expect(value).toBeGreaterThan(0.78)
    expect(low).toBeLessThan(0.83)
    expect(high).toBeGreaterThan(0.83)
  })

  test('points are whole, and brackets of a count grow away from zero', () => {
    for (const seed of [1, 2, 3])
      for (const { term, parts } of found(leads(500, seed), {}).rules) {
        for (const { points } of parts) expect(Number.isInteger(points)).toBe(true)
        if (term.kind !== 'count' || term.shape !== 'brackets') continue
        const sizes = parts.map(p => p.points * Math.sign(parts[0]!.points))
        for (const [i, size] of sizes.entries()) expect(size).toBeGreaterThan(sizes[i - 1] ?? 0)
      }
  })

  test('no more rules than asked for, and these the strongest', () => {
    const few = found(samples, { ...options, rules: 2 }).rules.map(r => r.place)
    expect(few).toEqual([0, 1])
  })

  test('a lift is a count that anybody can repeat', () => {
    const rule = named('pricing')!
    const before = samples.filter(s => s.at < FROM)
    for (const [i, { part }] of rule.parts.entries()) {
      const had = before.filter(s => numberOf(rule.term, part, s.values[rule.place]) > 0)
      const won = had.filter(s => s.outcome).length
      expect(rule.lifts[i]).toMatchObject({ had: had.length, won, share: { value: won / had.length } })
    }
  })

  test('the threshold does on later leads about what was wanted', () => {
    const [hot] = calibration.tiers
    expect(hot?.threshold?.precision.value).toBeGreaterThanOrEqual(0.5)
    expect(hot?.heldOut?.precision.high).toBeGreaterThan(0.5)
  })

  test('predicted and observed go together', () => {
    for (const { predicted, observed, leads: n } of calibration.bins)
      expect(Math.abs(predicted - observed)).toBeLessThan(4 * Math.sqrt(0.25 / n))
  })
})

describe('nothing leaks', () => {
  // Half as many as above take half the time, and what leaks does so at any size.
  const samples = leads(800)
  const later = (change: (sample: Sample, i: number) => Sample) =>
    samples.map((s, i) => (s.at >= FROM ? change(s, i) : s))
  const held = samples.filter(s => s.at >= FROM)
  const asItIs = learned(samples)

  test.each<[string, Sample[]]>([
    ['outcomes turned round', later(s => ({ ...s, outcome: !s.outcome }))],
    ['values of another lead', later((s, i) => ({ ...s, values: held[(i * 7) % held.length]!.values }))],
    [
      'counts a thousand times as large',
      later(s => ({ ...s, values: s.values.map(v => (typeof v === 'number' ? v * 1000 : v)) })),
    ],
    ['values that no training lead has', later(s => ({ ...s, values: [9, 9, 9, 'mining', 1e9, 9] }))],
    ['half of them gone', samples.filter((s, i) => s.at < FROM || i % 2 === 0)],
  ])('held-out leads changed (%s): the model is the same', (_what, changed) => {
    expect(learned(changed)).toEqual(asItIs)
  })

  test('a single training lead changed does change it: the test above can fail', () => {
    const changed = samples.map((s, i) => (i < 40 ? { ...s, outcome: !s.outcome } : s))
    expect(learned(changed)).not.toEqual(asItIs)
  })

  test('a signal that is the outcome itself is refused where its facts are from after it', () => {
    const leaking = samples.map(s => ({
      ...s,
      factsUntil: s.at + 1,
      values: [s.outcome ? 5 : 0, ...s.values.slice(1)],
    }))
    expect(calibrate(terms, leaking)).toMatchObject({ ok: false, refusal: { code: 'leak', sample: 0 } })
  })

  test('leads with the time of the split itself are held out', () => {
    expect(calibration.training.to).toBe(FROM - DAY)
    expect(calibration.heldOut.from).toBe(FROM)
  })
})

describe('what cannot be answered is refused, with what to do', () => {
  const same = (change: Partial<Sample>) => samples.map(s => ({ ...s, ...change }))
  test.each<[string, Sample[], string]>([
    ['nothing', [], 'one-time'],
    ['all of one day', same({ at: START, factsUntil: START }), 'one-time'],
    ['nobody won', same({ outcome: false }), 'too-few'],
    ['a value too few', same({ values: [1] }), 'values'],
    ['nothing that tells', same({ values: [0, 0, 0, undefined, undefined, 0] }), 'nothing-tells'],
  ])('%s', (_what, of, code) => {
    const done = calibrate(terms, of)
    expect(done).toMatchObject({ ok: false, refusal: { code } })
    expect(!done.ok && done.refusal.sentence.length).toBeGreaterThan(20)
  })
})

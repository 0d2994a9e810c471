import { parse } from 'yaml'
import { DAY, leads, START, terms } from '../test/leads.ts'
import { type Calibration, calibrate } from './calibrate.ts'
import { draftOf } from './draft.ts'
import { judgedTotal } from './fitSteps.ts'
import { totalsOf } from './rules.ts'
import type { Condition } from './tierConditions.ts'

function calibrationOf(seed: number): Calibration {
  const done = calibrate(terms, leads(1200, seed), {
    heldOutFrom: START + 75 * DAY,
    tiers: [
      { name: 'WARM', wanted: { precision: 0.35 } },
      { name: 'HOT', wanted: { callsPerWeek: 20 } },
      { name: 'SURE', wanted: { precision: 1 } },
    ],
  })
  if (!done.ok) throw new Error(done.refusal.sentence)
  return done.calibration
}
const calibration = calibrationOf(1)
const text = draftOf(calibration, { name: 'b2b: draft', base: { file: 'site.yaml', replaces: [] } })
const draft = parse(text)

test('reads as what was found: rules with their brackets, points and settings, the fit, the tiers', () => {
  expect(draft.name).toBe('b2b: draft')
  expect(draft.extends).toBe('site.yaml')
  const rules = [...draft.rules, ...draft.fit.rules]
  expect(rules.map(r => r.signal ?? r.attribute).sort()).toEqual(
    calibration.rules.map(r => ('signal' in r.term ? r.term.signal : r.term.attribute)).sort(),
  )
  const of = (name: string) => rules.find(r => (r.signal ?? r.attribute) === name)
  const found = (name: string) =>
    calibration.rules.find(r => ('signal' in r.term ? r.term.signal : r.term.attribute) === name)!.parts
  expect(of('pricing').brackets).toEqual(
    found('pricing').map(({ part, points }) => ({ from: 'from' in part && part.from, points })),
  )
  expect(of('page-view')).toMatchObject({ points: found('page-view')[0]!.points, cap: { total: 9 } })
  expect(of('industry')).toMatchObject({ table: { software: expect.any(Number) }, otherwise: 0 })
  expect(of('employees').unknown).toEqual(expect.any(Number))
  expect(draft.tiers.map((t: { name: string }) => t.name)).toEqual(['COLD', 'WARM', 'HOT'])
})

test('every line fits into 100 columns', () => {
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(100)
})

test('a rule says its lift, its interval and how many had it', () => {
  const words = text.replaceAll(/\n\s*# /g, ' ')
  expect(words).toMatch(
    /[\d,]+ of [\d,]+ who opened the pricing page \(\d or more\) became opportunities \(\d+ %, \d+ to \d+ %\), against 1 in [\d.]+ of all: [\d.]+ times\./,
  )
  expect(words).toContain('SURE: no threshold that 20 leads reach gives 100 % of its leads won')
})

test('the stair of a tier holds for just those leads whose judged total reaches its threshold', () => {
  const holds = (condition: Condition, of: { score: number; fit: number }): boolean => {
    if ('any' in condition) return condition.any.some(c => holds(c, of))
    if ('all' in condition) return condition.all.every(c => holds(c, of))
    return 'score' in condition ? of.score >= condition.score.atLeast : of.fit >= condition.fit.atLeast
  }
  for (const each of [calibration, calibrationOf(2)]) {
    const { rules, fitSteps, tiers } = each
    const written = parse(draftOf(each, { name: 'x' })).tiers
    for (const sample of leads(500, 10)) {
      const total = judgedTotal(rules, fitSteps, sample)
      const sums = totalsOf(rules, sample)
      expect(total).toBeLessThanOrEqual(sums.score + sums.fit)
      for (const tier of written.slice(1)) {
        const { atLeast } = tiers.find(t => t.name === tier.name)!.threshold!
        expect(holds(tier.enter, sums)).toBe(total >= atLeast)
        if (holds(tier.enter, sums)) expect(holds(tier.exit.not, sums)).toBe(true)
      }
    }
  }
})

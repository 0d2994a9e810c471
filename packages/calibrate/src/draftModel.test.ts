import type { Lead } from '@hotlead/contracts'
import { fitOf, holds, Situation, scoreOf } from '@hotlead/model'
import { DAY, numbersFrom, START } from '../test/leads.ts'
import { BASE, leadsOf, parsedModel } from '../test/models.ts'
import { type Calibration, calibrate, type Options } from './calibrate.ts'
import type { Sample, Term } from './design.ts'
import { draftOf } from './draft.ts'
import { fadedCount } from './ladder.ts'
import { replacedOf } from './replaced.ts'
import { totalsOf } from './rules.ts'
import { attributeTermsOf, type CountedTerm, termsOf } from './terms.ts'
import { valueFor } from './valueFor.ts'

/** Drafts of random calibrations, read as the services read them: with the base that they extend. */

const base = parsedModel(BASE)
const { model: counting, counts } = termsOf(base.content)
const T = START + 100 * DAY

interface Drawn {
  calibration: Calibration
  text: string
  leads: Lead[]
  samples: Sample[]
}

/** Outcomes lean on what the seed says: which of the terms matter, and which way. */
function drawn(seed: number, options: Options = {}): Drawn {
  const next = numbersFrom(seed * 7919)
  const leads = leadsOf(counting, 400, seed)
  const attributes = attributeTermsOf(base.model, leads)
  // Some are asked in both shapes, so that a draft has two rules of one.
  const terms: (CountedTerm | (typeof attributes)[number])[] = [
    ...counts,
    ...counts.slice(0, 3).map(t => ({ ...t, shape: 'points' as const })),
    ...attributes,
    ...attributes.map(t => ({
      ...t,
      shape: t.shape === 'table' ? ('brackets' as const) : ('table' as const),
    })),
  ]
  const matters = terms.map(() => (next() < 0.35 ? (next() - 0.4) * 3 : 0))
  const values = leads.map(lead => terms.map(term => valueFor(term, lead, T)))
  const odds = values.map(of =>
    of.reduce<number>((sum, v, place) => {
      const is = typeof v === 'object' ? Math.min(3, fadedCount(v)) : v === undefined ? 1 : 0
      return sum + (matters[place] as number) * is
    }, 0),
  )
  const middle = odds.toSorted((a, b) => a - b)[200] as number
  const samples = values.map((of, i): Sample => {
    const at = T + Math.floor(i / 4) * DAY
    const outcome = next() < 1 / (1 + Math.exp(middle - (odds[i] as number)))
    return { outcome, at, factsUntil: T, values: of }
  })
  const done = calibrate(terms as Term[], samples, { least: 8, brackets: 4, ...options })
  if (!done.ok) throw new Error(done.refusal.sentence)
  const replaces = replacedOf(base.content)
  const text = draftOf(done.calibration, { name: 'base draft', base: { file: 'base.yaml', replaces } })
  return { calibration: done.calibration, text, leads, samples }
}

const many = [1, 2, 3, 4, 5].map(seed => drawn(seed, { rules: seed === 3 ? 2 : 12 }))

test('each draft is a model; score and fit of a lead are what its rules add up to; its tiers mean what they say', () => {
  const kinds = new Set<string>()
  for (const { calibration, text, leads, samples } of many) {
    const { model, content } = parsedModel(text, { 'base.yaml': BASE })
    for (const { parts, term } of calibration.rules) {
      for (const { part } of parts) kinds.add(`${term.kind} ${part.kind}`)
      if (parts.every(p => p.part.kind === 'unknown')) kinds.add('only unknown')
    }
    if (/name: rule 2 of/.test(text)) kinds.add('two of one')
    // A thousandth is rounded once a rule.
    const off = 0.0005 * calibration.rules.length + 1e-9
    for (const [i, lead] of leads.entries()) {
      const own = totalsOf(calibration.rules, samples[i] as Sample)
      const score = scoreOf(model, lead, T).millipoints / 1000
      const fit = model.fit ? fitOf(model.fit, lead).millipoints / 1000 : 0
      expect(Math.abs(score - own.score)).toBeLessThanOrEqual(off)
      expect(fit).toBe(own.fit)
      const s = new Situation(model, lead, T, { tier: 'COLD', since: 0, left: [] })
      const [, hot] = model.tiers
      const { atLeast } = calibration.tiers[0]!.threshold!
      // Fit counts by its steps, so a lead may be taken for less than its sum, never for more.
      if (holds(hot!.enter!, s)) expect(score + fit).toBeGreaterThanOrEqual(atLeast - off)
      if (calibration.fitSteps.length === 0) expect(holds(hot!.enter!, s)).toBe(score >= atLeast)
    }
    // What does not stand on points is taken over, what does is not.
    expect(model.scores.map(s => s.name)).toEqual(['score', 'support'])
    expect(model.suppress.map(s => s.name)).toEqual(['rivals'])
    expect(model.phases.map(p => p.name)).toEqual(['aware', 'asking'])
    expect(Object.keys(content as object)).not.toEqual(expect.arrayContaining(['segments']))
    expect(model.tiers.at(-1)).toMatchObject({ name: 'HOT', announce: 'always' })
  }
  expect([...kinds].sort()).toEqual([
    'attribute from',
    'attribute is',
    'attribute unknown',
    'count each',
    'count from',
    'only unknown',
    'two of one',
  ])
})

test('wishes that nothing fulfils: the strictest tier there is, since a model has two', () => {
  const { text } = drawn(1, {
    tiers: [
      { name: 'WARM', wanted: { callsPerWeek: 0.001 } },
      { name: 'HOT', wanted: { precision: 1.1 } },
    ],
  })
  const { model } = parsedModel(text, { 'base.yaml': BASE })
  expect(model.tiers.map(t => t.name)).toEqual(['COLD', 'HOT'])
  const words = text.replaceAll(/\n\s*# /g, ' ')
  expect(words).toMatch(/WARM: no threshold that 20 leads reach gives 0.001 calls a week; /)
  expect(words).toMatch(
    /HOT: no threshold that 20 leads reach gives 110 % of its leads won; [^:]* This is the strictest there is:/,
  )
})

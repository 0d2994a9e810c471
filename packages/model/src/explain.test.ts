import fc from 'fast-check'
import { deeds, leadOf } from '../test/arbitraries.ts'
import { abc, DAY, HOUR, leadWith, NOON, shipped } from '../test/leads.ts'
import { model } from '../test/models.ts'
import { decayWords, explain, fitOf, nextChange, scoreBy } from './index.ts'
import type { Decay } from './model.ts'

test('a HOT lead of the shipped model, explained', () => {
  const lead = leadWith(['page-view', NOON, 12], ['pricing', NOON, 2], ['form-submit', NOON])
  const e = explain(shipped('default'), lead, { tier: 'HOT', since: NOON, left: [] }, NOON + HOUR + 7 * DAY)
  const form = 30 * 2 ** (-7 / 30)
  expect(e.scores[0].rules).toEqual([
    { rule: 'page-view', count: 12, points: 1, factor: 5 / 12, decay: 'half-life 7d', millipoints: 5_000 },
    { rule: 'pricing', count: 2, points: 8, factor: 0.5, decay: 'half-life 7d', millipoints: 8_000 },
    {
      rule: 'form-submit',
      count: 1,
      points: 30,
      factor: expect.closeTo(form / 30),
      decay: 'half-life 30d',
      millipoints: Math.round(form * 1000),
    },
  ])
  expect(e.scores[0].millipoints).toBe(13_000 + Math.round(form * 1000))
  expect(e.tiers.map(t => [t.tier, t.enterHolds, t.exitHolds])).toEqual([
    ['WARM', true, false],
    ['HOT', false, false],
  ])
  expect(e.tiers[1]?.exit).toEqual([
    { text: 'score < 25', value: (e.scores[0].millipoints / 1000).toFixed(3), holds: false },
    { text: 'count of follow-up within 30d ≥ 1', value: '0', holds: false },
  ])
  expect(e.next?.tier).toBe('WARM')
})

const sum = (list: readonly { millipoints: number }[]) => list.reduce((n, x) => n + x.millipoints, 0)

test('rules and limits sum to each score and to the fit exactly, and count × points × factor is the part', () => {
  let limited = 0
  fc.assert(
    fc.property(model({ scale: 'long', min: -10 }), deeds(24 * 60), fc.nat(24 * 60), (m, list, hours) => {
      const [lead, at] = [leadOf(m, list), NOON + hours * HOUR]
      const e = explain(m, lead, { tier: 'WARM', since: NOON, left: [] }, at)
      for (const [i, score] of m.scores.entries()) {
        const { millipoints, rules, limits } = e.scores[i] as (typeof e.scores)[0]
        expect(sum(rules) + sum(limits)).toBe(millipoints)
        expect(millipoints).toBe(scoreBy(score, lead, at).millipoints)
        for (const part of [...rules, ...limits]) expect(Number.isInteger(part.millipoints)).toBe(true)
        limited += limits.length
        for (const { rule, count, points, factor, millipoints } of rules) {
          if (points === undefined || score.rules.find(r => r.name === rule)?.limit) continue
          expect(Math.abs(count * points * factor - millipoints / 1000)).toBeLessThan(0.000501)
          expect(factor >= 0 && factor <= 1).toBe(true)
        }
      }
      const fit = e.fit as NonNullable<typeof e.fit>
      expect(fit.rules.reduce((n, r) => n + r.points * 1000, 0) + sum(fit.limits)).toBe(fit.millipoints)
      expect(fit.millipoints).toBe(fitOf(m.fit as NonNullable<typeof m.fit>, lead).millipoints)
      if (e.next) expect(e.next.tier).not.toBe('WARM')
    }),
    { numRuns: 80 },
  )
  expect(limited).toBeGreaterThan(25)
})

test('a lead that waits for nothing has no next change', () => {
  const e = explain(
    abc({ rules: [{ signal: 'a', points: 1 }] }),
    leadWith(['a', NOON]),
    { tier: 'COLD', since: NOON, left: [] },
    NOON,
  )
  expect(e.next).toBe(undefined)
})

test.each<[Decay, string]>([
  [{ kind: 'none' }, 'no decay'],
  [{ kind: 'halfLife', length: 7 * DAY }, 'half-life 7d'],
  [{ kind: 'window', length: 36 * HOUR }, 'window 36h'],
  [{ kind: 'linear', length: DAY }, 'linear 1d'],
  [
    {
      kind: 'steps',
      steps: [
        { within: DAY, weight: 1 },
        { within: 2 * DAY, weight: 0.5 },
      ],
    },
    'steps 1 within 1d, 0.5 within 2d',
  ],
])('%j in words', (decay, words) => expect(decayWords(decay)).toBe(words))

test('no next change is shown where `nextChange` can only say "not before"', () => {
  // A thousand points against a thousand that fade alike: the score is 0 for ever, but half a point from the bound.
  const model = abc({
    decay: { halfLife: '7d' },
    rules: [
      { signal: 'a', points: 1000 },
      { signal: 'b', points: -1000 },
    ],
    tiers: [
      { name: 'COLD' },
      { name: 'HOT', enter: { score: { atLeast: 0 } }, exit: { score: { below: -0.5 } } },
    ],
  })
  const lead = leadWith(['a', NOON], ['b', NOON])
  const state = { tier: 'HOT', since: NOON, left: [] }
  expect(nextChange(model, lead, state, NOON)).toBeLessThan(NOON + 60 * DAY)
  expect(explain(model, lead, state, NOON).next).toBe(undefined)
})

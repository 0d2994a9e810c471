import fc from 'fast-check'
import { deeds, leadOf } from '../../test/arbitraries.ts'
import { abc, DAY, HOUR, leadWith, NOON } from '../../test/leads.ts'
import { type Making, scoringModel } from '../../test/models.ts'
import { newLead, observe, scoreBy, scoreOf } from '../index.ts'
import { leadAt } from './past.ts'

const model = abc({ rules: [{ signal: 'a', points: 1, decay: { window: '30d' } }] })
const VIEW = { act: 'viewed', mail: 0, link: 0, flag: null } as const

test('what came later is taken away by whole hours', () => {
  const lead = leadWith(['a', NOON - 2 * DAY, 3], ['a', NOON - DAY], ['b', NOON])
  const then = leadAt(model, lead, NOON - DAY, NOON)
  expect(then.lead.signals.map(s => [s.name, s.buckets.map(b => b.count), s.last])).toEqual([
    ['a', [3, 1], NOON - DAY],
  ])
  expect(then.gaps).toEqual([])
  expect(scoreOf(model, then.lead, NOON - DAY).millipoints).toBe(4_000)
})

test('of an hour that was not over it is not known what came before: left out, and said', () => {
  const lead = leadWith(['a', NOON + 10], ['a', NOON + HOUR - 1])
  const then = leadAt(model, lead, NOON + HOUR / 2, NOON + HOUR)
  expect(then.lead.signals).toEqual([])
  expect(then.gaps).toEqual([{ kind: 'hour', signal: 'a', hour: NOON / HOUR, count: 2 }])
})

test('an attribute that was given since is not known of then', () => {
  const seen = (at: number, plan: string) => ({ at, signals: [], id: at, what: '', attributes: { plan } })
  const lead = observe(model, newLead(), seen(NOON, 'team'), NOON)
  expect(leadAt(model, lead, NOON - 1, NOON)).toMatchObject({
    lead: { attributes: [] },
    gaps: [{ kind: 'attribute', name: 'plan', since: NOON }],
  })
  expect(leadAt(model, lead, NOON, NOON).gaps).toEqual([])
})

test('what the model no longer reaches by the hour is one sum, of before a time', () => {
  const late = NOON + 60 * DAY
  const lead = observe(model, leadWith(['a', NOON, 5]), { at: late, signals: [], id: 9, what: '' }, late)
  expect(lead.signals[0]).toMatchObject({ older: 5, buckets: [] })
  const gap = { kind: 'older', signal: 'a', before: late - 30 * DAY, count: 5 }
  expect(leadAt(model, lead, late - DAY, late)).toMatchObject({
    lead: { signals: [{ older: 5 }] },
    gaps: [gap],
  })
  // When it happened last is kept by itself.
  expect(leadAt(model, lead, NOON + DAY, late)).toMatchObject({
    lead: { signals: [{ older: 0, last: NOON }] },
    gaps: [gap],
  })
})

test('where nothing is missing, the score is the one that there was: the fold of what had happened by then', () => {
  let exact = 0
  const making: Making = { scale: 'long', min: -10 }
  fc.assert(
    fc.property(scoringModel(making), deeds(24 * 20), fc.nat(24 * 20), (m, list, hours) => {
      const t = NOON - hours * HOUR
      // Folded without pruning, so that only hours, not reach, are what is lost.
      const foldUntil = (end: number) =>
        leadOf(
          m,
          list.filter(d => d.at <= end),
        )
      const then = leadAt(m, foldUntil(NOON), t, NOON)
      if (then.gaps.some(g => g.kind !== 'attribute')) return
      exact++
      for (const score of m.scores)
        expect(scoreBy(score, then.lead, t)).toEqual(scoreBy(score, foldUntil(t), t))
    }),
    { numRuns: 200 },
  )
  expect(exact).toBeGreaterThan(20)
})

test('what is unsettled at present was counted then as well', () => {
  const seen = { at: NOON, signals: [{ name: 'a', amount: 1 }], id: 1, what: '', act: VIEW }
  const lead = observe(model, newLead(), seen, NOON)
  expect(lead.signals).toEqual([])
  expect(leadAt(model, lead, NOON + HOUR, NOON + HOUR).lead.signals).toMatchObject([{ name: 'a' }])
})

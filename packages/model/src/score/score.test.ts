import fc from 'fast-check'
import { decay, history, leadOf, rules, seen } from '../../test/arbitraries.ts'
import { abc, DAY, HOUR, leadWith, NOON } from '../../test/leads.ts'
import { observe, scoreOf } from '../index.ts'

const MIDNIGHT = NOON + 12 * HOUR
type Matches = Parameters<typeof leadWith>

test.each<[string, object, Matches, number, number]>([
  ['points add up', {}, [['a', NOON, 3]], NOON, 30],
  ['fresh is whole for its hour', { decay: { halfLife: '1h' } }, [['a', NOON]], NOON + HOUR, 10],
  ['half after a half-life', { decay: { halfLife: '7d' } }, [['a', NOON]], NOON + HOUR + 7 * DAY, 5],
  ['inside a window', { decay: { window: '7d' } }, [['a', NOON]], NOON + HOUR + 7 * DAY - 1, 10],
  ['outside a window', { decay: { window: '7d' } }, [['a', NOON]], NOON + HOUR + 7 * DAY, 0],
  ['capped by day', { cap: { perDay: 2 } }, [['a', NOON, 5]], NOON, 20],
  [
    'each UTC day anew',
    { cap: { perDay: 2 } },
    [
      ['a', MIDNIGHT - 1, 5],
      ['a', MIDNIGHT, 5],
    ],
    MIDNIGHT,
    40,
  ],
  [
    'capped in all',
    { cap: { total: 3 } },
    [
      ['a', NOON - 9 * DAY, 5],
      ['a', NOON],
    ],
    NOON,
    30,
  ],
  [
    'both caps',
    { cap: { perDay: 2, total: 3 } },
    [
      ['a', NOON - DAY, 5],
      ['a', NOON, 5],
    ],
    NOON,
    30,
  ],
  // Two of three count, the latest: cap first, then decay. 10 + 5, not 10 + 5 + 5 and not (10 + 5 + 5) × 2/3.
  [
    'cap before decay, latest first',
    { cap: { total: 2 }, decay: { halfLife: '1d' } },
    [
      ['a', NOON - DAY - HOUR, 2],
      ['a', NOON - HOUR],
    ],
    NOON,
    15,
  ],
  [
    'a daily cap without decay lasts a year',
    { cap: { perDay: 1 } },
    [['a', NOON]],
    NOON + HOUR + 366 * DAY,
    0,
  ],
  ['no cap, no decay: for ever', {}, [['a', NOON]], NOON + 9999 * DAY, 10],
])('%s', (_what, rule, matches, t, points) => {
  const model = abc({ rules: [{ signal: 'a', points: 10, ...rule }] })
  expect(scoreOf(model, leadWith(...matches), t).millipoints).toBe(points * 1000)
})

test('contributions are whole thousandths, none is 0, and they sum to the score exactly', () => {
  fc.assert(
    fc.property(rules('long', -10), history(24 * 40), fc.nat(60 * 24), (r, h, hours) => {
      const { millipoints, contributions } = scoreOf(abc({ rules: r }), leadOf(h), NOON + hours * HOUR)
      expect(contributions.reduce((sum, c) => sum + c.millipoints, 0)).toBe(millipoints)
      for (const c of contributions) expect(Number.isInteger(c.millipoints) && c.millipoints !== 0).toBe(true)
    }),
  )
})

test('an event more never lowers a score of points above 0', () => {
  fc.assert(
    fc.property(rules('long', 0), history(24 * 40), seen(24 * 40), fc.nat(60 * 24), (r, h, one, hours) => {
      const model = abc({ rules: r })
      const lead = leadOf(h)
      const t = NOON + hours * HOUR
      const more = observe(undefined, lead, one, NOON)
      expect(scoreOf(model, more, t).millipoints).toBeGreaterThanOrEqual(scoreOf(model, lead, t).millipoints)
    }),
    { numRuns: 300 },
  )
})

test('more points never lower a score', () => {
  fc.assert(
    fc.property(rules('long', -10), history(24 * 40), fc.nat(60 * 24), fc.nat(50), (r, h, hours, more) => {
      const t = NOON + hours * HOUR
      const raised = r.map(x => ({ ...x, points: x.points + more / 8 }))
      expect(scoreOf(abc({ rules: raised }), leadOf(h), t).millipoints).toBeGreaterThanOrEqual(
        scoreOf(abc({ rules: r }), leadOf(h), t).millipoints,
      )
    }),
  )
})

test('with time alone a score of points above 0 never rises', () => {
  fc.assert(
    fc.property(
      rules('long', 0),
      history(24 * 40),
      fc.nat(60 * 24 * 60),
      fc.nat(60 * 24 * 60),
      (r, h, a, b) => {
        const model = abc({ rules: r })
        const lead = leadOf(h)
        const at = (minutes: number) => scoreOf(model, lead, NOON + minutes * 60_000).millipoints
        expect(at(Math.max(a, b))).toBeLessThanOrEqual(at(Math.min(a, b)))
      },
    ),
  )
})

test('a rule without its own decay takes the model’s', () => {
  fc.assert(
    fc.property(decay('long'), history(24 * 40), fc.nat(60 * 24), (d, h, hours) => {
      const t = NOON + hours * HOUR
      const lead = leadOf(h)
      expect(scoreOf(abc({ decay: d, rules: [{ signal: 'a', points: 3 }] }), lead, t)).toEqual(
        scoreOf(abc({ rules: [{ signal: 'a', points: 3, decay: d }] }), lead, t),
      )
    }),
  )
})

import { abc, DAY, HOUR, leadWith, NOON } from '../../test/leads.ts'
import { scoreOf } from '../index.ts'

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

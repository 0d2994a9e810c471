import { distanceText, lengthText, parseTime, timeText } from './times.ts'

const NOW = Date.UTC(2026, 10, 24, 12)

describe('parseTime', () => {
  test.each([
    ['now', NOW],
    ['90m', NOW - 90 * 60_000],
    ['2h', NOW - 2 * 3_600_000],
    ['7d', NOW - 7 * 86_400_000],
    ['+7d', NOW + 7 * 86_400_000],
    ['2026-11-24', Date.UTC(2026, 10, 24)],
    ['2026-11-24T09:30:00Z', Date.UTC(2026, 10, 24, 9, 30)],
    ['2026-11-24 09:30', Date.UTC(2026, 10, 24, 9, 30)],
    ['2026-11-24T09:30+09:00', Date.UTC(2026, 10, 24, 0, 30)],
    ['1795521600000', 1_795_521_600_000],
  ])('%s', (text, time) => expect(parseTime(text, NOW)).toBe(time))

  test.each([
    '',
    'yesterday',
    '2026',
    '2026-13-01',
    '2026-02-31',
    '2026-11-24x',
    '12',
    '-2h',
    '+',
    '2h ago',
    '99999999d',
    '+99999999d',
    '9999999999999999',
  ])('%j is no time', text => expect(parseTime(text, NOW)).toBeUndefined())
})

test('a time reads the same everywhere', () => {
  expect(timeText(Date.UTC(2026, 10, 24, 9, 30, 5, 999))).toBe('2026-11-24 09:30:05 UTC')
})

test.each([
  [NOW - 12 * 60_000, '12 min ago'],
  [NOW + 3 * 86_400_000, 'in 3 days'],
  [NOW + 86_400_000, 'in 1 day'],
  [NOW - 999, 'now'],
])('distance of %d is %s', (time, text) => expect(distanceText(time, NOW)).toBe(text))

test('a length of time in its largest whole unit', () => {
  expect([999, 59_999, 3_599_999, 86_399_999, 86_400_000].map(lengthText)).toEqual([
    '0 s',
    '59 s',
    '59 min',
    '23 h',
    '1 day',
  ])
})

import { isoTime, isTime, millis } from './time.ts'

const AT = Date.UTC(2026, 10, 24, 9, 30)

test.each<[string, number]>([
  ['2026-11-24T09:30:00.000Z', AT],
  ['2026-11-24T09:30:00.123456789Z', AT + 123],
  ['2026-11-24t09:30:00z', AT],
  ['2026-11-24 09:30', AT],
  ['2026-11-24T09:30:00', AT],
  ['2026-11-24T18:30+09:00', AT],
  ['2026-11-24T18:30:00.000+0900', AT],
  ['2026-11-24 09:30:00+00', AT],
  ['2026-11-24  09:30:00.000 UTC', AT],
  ['2026-11-24 09:30:00 GMT', AT],
  ['2026-11-24 04:30:00 -05', AT],
  ['2026-11-24', Date.UTC(2026, 10, 24)],
  ['2028-02-29T00:00:00Z', Date.UTC(2028, 1, 29)],
  ['2026-10-31T00:00:00Z', Date.UTC(2026, 9, 31)],
])('%s', (text, time) => {
  expect(isTime(text)).toBe(true)
  expect(millis(text)).toBe(time)
})

test.each([
  '2026-02-31T00:00:00Z',
  '2026-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-11-24T25:00:00Z',
  '2026-11-24T09:61:00Z',
  '2026-11-24 (Tue)',
  '2026-11-24T09:30:00 CET',
  '2026-11-24T09:30:00+0',
  '24.11.2026',
  '',
])('%p is no time', text => {
  expect(isoTime(text)).toBeUndefined()
  expect(isTime(text)).toBe(false)
})

test('numbers are ms since 1970, within the years that four digits say', () => {
  expect([isTime(AT), isTime(0), isTime(1e15), isTime(Number.NaN), isTime('1795512600000')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect(millis(AT + 0.9)).toBe(AT)
})

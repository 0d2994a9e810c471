import fc from 'fast-check'
import { formatDuration, parseDuration } from './duration.ts'

test.each([
  ['30d', 30 * 86_400_000],
  ['12h', 43_200_000],
  ['90m', 5_400_000],
  ['2w', 14 * 86_400_000],
  ['1.5h', 5_400_000],
  [' 10 s ', 10_000],
])('%p is %p ms', (text, ms) => expect(parseDuration(text)).toBe(ms))

test.each(['', '7', 'd', '7 days', '-1d', '1d2h', '1e3s', '٣d'])('%p is no length of time', text =>
  expect(parseDuration(text)).toBeUndefined(),
)

test.each([
  [7 * 86_400_000, '7d'],
  [36 * 3_600_000, '36h'],
  [90 * 60_000, '90m'],
  [1_500, '1.5s'],
])('%p ms are written %p', (ms, text) => expect(formatDuration(ms)).toBe(text))

test('what is written is read as the same', () => {
  fc.assert(fc.property(fc.integer({ min: 1 }), ms => parseDuration(formatDuration(ms)) === ms))
})

import fc from 'fast-check'
import { MAX_AHEAD, SKEW_STEP, timeOf } from './skew.ts'

const NOW = 1_750_000_000_000
const MINUTE = 60_000
const HOUR = 60 * MINUTE

test.each<[string, number | null, number | null, number]>([
  ['no timestamp', null, NOW, NOW],
  ['no sentAt', NOW - HOUR, null, NOW - HOUR],
  ['a healthy clock', NOW - 3_000, NOW - 200, NOW - 3_000],
  ['a healthy clock, a batch held back an hour', NOW - HOUR, NOW - 200, NOW - HOUR],
  ['two hours slow', NOW - 2 * HOUR - 3_000, NOW - 2 * HOUR, NOW - 3_000],
  ['an hour fast', NOW + HOUR - 3_000, NOW + HOUR, NOW - 3_000],
  ['two minutes fast counts as healthy', NOW + 2 * MINUTE, NOW + 2 * MINUTE, NOW + 2 * MINUTE],
  ['ahead without sentAt', NOW + HOUR, null, NOW],
  ['just within what may be ahead', NOW + MAX_AHEAD, NOW, NOW + MAX_AHEAD],
])('%s', (_name, timestamp, sentAt, at) => {
  expect(timeOf(timestamp, sentAt, NOW)).toBe(at)
})

test('never more than five minutes ahead; and a client wrong by whole steps is mended exactly', () => {
  const time = fc.integer({ min: 0, max: 2 * NOW })
  fc.assert(
    fc.property(time, fc.option(time), (timestamp, sentAt) => {
      expect(timeOf(timestamp, sentAt, NOW)).toBeLessThanOrEqual(NOW + MAX_AHEAD)
    }),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: -1e5, max: 1e5 }),
      fc.integer({ min: 0, max: 86_400_000 }),
      (steps, ago) => {
        const off = steps * SKEW_STEP
        expect(timeOf(NOW - ago + off, NOW + off, NOW)).toBe(NOW - ago)
      },
    ),
  )
})

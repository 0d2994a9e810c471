import fc from 'fast-check'
import { splitByTime, timeOfLast } from './splitByTime.ts'

test('strict: what is at the time itself is held out, and no time is divided', () => {
  const samples = [3, 1, 2, 2, 2, 3].map(at => ({ at }))
  expect(splitByTime(samples, 2)).toEqual({ before: [{ at: 1 }], after: [3, 2, 2, 2, 3].map(at => ({ at })) })
})

test('the nearest time to the wanted share, with something on both sides', () => {
  const months = [1, 1, 1, 1, 2, 2, 3, 3, 4, 4].map(at => ({ at }))
  expect(timeOfLast(months, 1 / 4)).toBe(4)
  expect(timeOfLast(months, 0.4)).toBe(3)
  expect(timeOfLast(months, 1)).toBe(2)
  expect(timeOfLast([{ at: 5 }, { at: 5 }], 1 / 2)).toBeUndefined()
})

test('all that is learned from lies before all that is held out', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.integer({ min: 0, max: 9 }) })),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (samples, share) => {
        const from = timeOfLast(samples, share)
        if (from === undefined) return expect(new Set(samples.map(s => s.at)).size).toBeLessThan(2)
        const { before, after } = splitByTime(samples, from)
        expect(before.length + after.length).toBe(samples.length)
        expect(Math.max(...before.map(s => s.at))).toBeLessThan(Math.min(...after.map(s => s.at)))
      },
    ),
  )
})

import fc from 'fast-check'
import { cutsOf } from './cuts.ts'

const times = (count: number, value: number) => Array<number>(count).fill(value)

test('few different counts: each begins a bracket, but not one that hardly anybody reaches', () => {
  const counts = [...times(100, 0), ...times(40, 1), ...times(30, 2), ...times(20, 3), ...times(5, 4)]
  expect(cutsOf(counts, { above: 0 })).toEqual([1, 2, 3])
})

test('many different ones: quantiles in two figures', () => {
  const values = Array.from({ length: 800 }, (_, i) => 1001 + i)
  expect(cutsOf(values, { most: 4 })).toEqual([1200, 1400, 1600])
})

test('what is the same everywhere has no cut', () => expect(cutsOf(times(100, 3), {})).toEqual([]))

test('never more than asked for; ascending; enough on both sides of each', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), { maxLength: 120 }),
      fc.integer({ min: 1, max: 9 }),
      (values, most) => {
        const cuts = cutsOf(values, { most, least: 5, above: 0 })
        expect(cuts.length).toBeLessThanOrEqual(most)
        expect(cuts).toEqual([...new Set(cuts)].sort((a, b) => a - b))
        for (const cut of cuts) {
          const reach = values.filter(v => v >= cut).length
          expect(Math.min(reach, values.length - reach)).toBeGreaterThanOrEqual(5)
        }
      },
    ),
  )
})

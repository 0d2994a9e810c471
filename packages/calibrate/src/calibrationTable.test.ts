import fc from 'fast-check'
import { brierOf, calibrationTable } from './calibrationTable.ts'

test('ten equal bins of a hundred, ascending', () => {
  const predicted = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) / 100)
  const table = calibrationTable(
    predicted,
    predicted.map(p => p >= 0.5),
  )
  expect(table.map(b => b.leads)).toEqual(Array(10).fill(10))
  expect(table[0]!.predicted).toBeCloseTo(0.045, 10)
  expect(table.map(b => b.observed)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
})

test('equal predictions stay in one bin, and every lead is in one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 6 }), fc.boolean()), { minLength: 1, maxLength: 80 }),
      rows => {
        const table = calibrationTable(
          rows.map(r => r[0] / 6),
          rows.map(r => r[1]),
        )
        expect(table.reduce((sum, b) => sum + b.leads, 0)).toBe(rows.length)
        expect(table.length).toBeLessThanOrEqual(Math.min(10, new Set(rows.map(r => r[0])).size))
        const won = table.reduce((sum, b) => sum + b.observed * b.leads, 0)
        expect(won).toBeCloseTo(rows.filter(r => r[1]).length, 8)
        for (const [i, bin] of table.slice(1).entries())
          expect(bin.predicted).toBeGreaterThan(table[i]!.predicted)
      },
    ),
  )
})

test('Brier: 0 where sure and right, 1 where sure and wrong', () => {
  expect(brierOf([1, 0], [true, false])).toBe(0)
  expect(brierOf([0, 1], [true, false])).toBe(1)
  expect(brierOf([0.5, 0.5], [true, false])).toBe(0.25)
})

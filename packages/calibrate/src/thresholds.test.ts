import { thresholdAt, thresholdFor, WEEK } from './thresholds.ts'

/** A hundred leads of ten weeks with totals 0 to 99; the upper half was won, and every tenth of the rest. */
const totals = Array.from({ length: 100 }, (_, i) => i)
const outcomes = totals.map(t => t >= 50 || t % 10 === 0)
const find = (wanted: Parameters<typeof thresholdFor>[0]) => thresholdFor(wanted, totals, outcomes, 10 * WEEK)

test('the lowest that is right often enough', () => {
  expect(find({ precision: 1 })).toMatchObject({ atLeast: 50, leads: 50, precision: { value: 1 } })
  const found = find({ precision: 0.9 })!
  expect(found.precision.value).toBeGreaterThanOrEqual(0.9)
  expect(thresholdAt(found.atLeast - 1, totals, outcomes, WEEK).precision.value).toBeLessThan(0.9)
})

test('the lowest that no more than so many reach a week', () => {
  expect(find({ callsPerWeek: 3 })).toMatchObject({ atLeast: 70, leads: 30, perWeek: 3 })
})

test('none where fewer than 20 leads would have to say so', () => {
  expect(find({ callsPerWeek: 1 })).toBeUndefined()
  expect(
    thresholdFor(
      { precision: 0.5 },
      totals,
      totals.map(() => false),
      WEEK,
    ),
  ).toBeUndefined()
})

test('thresholds are whole where points fade to fractions', () => {
  const faded = totals.map(t => t / 3)
  expect(thresholdFor({ precision: 0.9 }, faded, outcomes, WEEK)!.atLeast % 1).toBe(0)
})

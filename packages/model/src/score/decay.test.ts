import fc from 'fast-check'
import { DAY, HOUR, NOON } from '../../test/leads.ts'
import type { Decay } from '../model.ts'
import { reachOf, weigher, YEAR } from './decay.ts'

const WEEK = 7 * DAY
const steps: Decay = {
  kind: 'steps',
  steps: [
    { within: DAY, weight: 1 },
    { within: WEEK, weight: 0.5 },
  ],
}

/** The weight of an hour that ended `age` before. */
function at(decay: Decay, age: number): number {
  return weigher(decay, NOON + age)(NOON / HOUR - 1)
}

test.each<[Decay, number, number]>([
  [{ kind: 'none' }, 10 * YEAR, 1],
  [{ kind: 'halfLife', length: WEEK }, -HOUR, 1],
  [{ kind: 'halfLife', length: WEEK }, 0, 1],
  [{ kind: 'halfLife', length: WEEK }, WEEK, 0.5],
  [{ kind: 'halfLife', length: WEEK }, 3 * WEEK, 0.125],
  [{ kind: 'halfLife', length: WEEK }, 40 * WEEK - 1, 2 ** -40],
  [{ kind: 'halfLife', length: WEEK }, 40 * WEEK, 0],
  [{ kind: 'halfLife', length: 200 * DAY }, YEAR - 1, 2 ** -1.83],
  [{ kind: 'halfLife', length: 200 * DAY }, YEAR, 0],
  [{ kind: 'window', length: WEEK }, WEEK - 1, 1],
  [{ kind: 'window', length: WEEK }, WEEK, 0],
  [{ kind: 'linear', length: WEEK }, -HOUR, 1],
  [{ kind: 'linear', length: WEEK }, WEEK / 4, 0.75],
  [{ kind: 'linear', length: WEEK }, 2 * WEEK, 0],
  [steps, DAY - 1, 1],
  [steps, DAY, 0.5],
  [steps, WEEK, 0],
])('%j at age %p weighs %p', (decay, age, expected) => {
  expect(at(decay, age)).toBeCloseTo(expected, 8)
})

const some = fc.oneof(
  fc.constant<Decay>({ kind: 'none' }),
  fc.constant(steps),
  fc
    .tuple(
      fc.constantFrom('halfLife' as const, 'window' as const, 'linear' as const),
      fc.integer({ min: 1000, max: YEAR }),
    )
    .map(([kind, length]): Decay => ({ kind, length })),
)

test('weight never grows with age, lies in 0 to 1, and is 0 from its reach on', () => {
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: YEAR }), fc.integer({ min: 0, max: YEAR }), (decay, a, b) => {
      const [young, old] = [at(decay, Math.min(a, b)), at(decay, Math.max(a, b))]
      expect(old).toBeLessThanOrEqual(young)
      expect(old).toBeGreaterThanOrEqual(0)
      expect(young).toBeLessThanOrEqual(1)
      if (decay.kind !== 'none') expect(at(decay, reachOf(decay) + a)).toBe(0)
    }),
    { numRuns: 500 },
  )
})

test('a half-life by the table is 2^(−age/h)', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: HOUR, max: 60 * DAY }),
      fc.integer({ min: 0, max: 100 * DAY }),
      (length, age) => {
        fc.pre(age < length * 40)
        const exact = 2 ** (-age / length)
        expect(Math.abs(at({ kind: 'halfLife', length }, age) / exact - 1)).toBeLessThan(1e-14)
      },
    ),
  )
})

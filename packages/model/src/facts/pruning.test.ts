import fc from 'fast-check'
import { type Deed, deeds, LENGTHS, leadOf } from '../../test/arbitraries.ts'
import { HOUR, NOON } from '../../test/leads.ts'
import { model } from '../../test/models.ts'
import { type Condition, holds, type Model, nextChange, observe, Situation, scoreBy } from '../index.ts'

/** Every condition that a model has. */
function conditionsOf(m: Model): Condition[] {
  return [
    ...m.tiers.flatMap(t => [t.enter, t.exit]),
    ...m.phases.map(p => p.when),
    ...m.suppress.map(s => s.when),
    ...m.segments.values(),
  ].filter(c => c !== undefined)
}

/** The hour at which a deed leaves a window, or one before it or after; without deeds any hour. */
const moment = fc.record({
  which: fc.nat(),
  length: fc.constantFrom(...Object.values(LENGTHS.long)),
  hours: fc.constantFrom(-1, -1, 0, 1),
})
type Moment = typeof moment extends fc.Arbitrary<infer M> ? M : never

function clockOf(list: readonly Deed[], { which, length, hours }: Moment): number {
  const deed = list[which % (list.length + 1)]
  if (!deed) return NOON + (which % (24 * 400)) * HOUR
  return (Math.floor(deed.at / HOUR) + 1 + hours) * HOUR + length
}

test('what is pruned changes no score, no condition and no next change, at the clock or after it', () => {
  let pruned = 0
  fc.assert(
    fc.property(
      model({ scale: 'long', min: -10 }),
      deeds(24 * 400),
      moment,
      fc.constantFrom(0, 0, 1, 30, 400 * 24),
      fc.constantFrom('COLD', 'WARM', 'HOT'),
      (m, list, when, hours, tier) => {
        const clock = clockOf(list, when)
        const at = clock + hours * HOUR
        const whole = leadOf(m, list)
        const touched = observe(m, whole, { at: NOON, signals: [], id: 1, what: 'x' }, clock)
        if (touched.signals.some(s => s.older > 0)) pruned++
        for (const score of m.scores) expect(scoreBy(score, touched, at)).toEqual(scoreBy(score, whole, at))
        const state = { tier, since: NOON - 50 * HOUR, left: [{ tier: 'HOT', at: NOON - HOUR }] }
        const [x, y] = [touched, whole].map(lead => new Situation(m, lead, at, state)) as [
          Situation,
          Situation,
        ]
        for (const c of conditionsOf(m)) expect(holds(c, x)).toBe(holds(c, y))
        expect(nextChange(m, touched, state, at)).toBe(nextChange(m, whole, state, at))
      },
    ),
    { numRuns: 150 },
  )
  expect(pruned).toBeGreaterThan(25)
})

import fc from 'fast-check'
import { deeds, leadOf, type Scale } from '../../test/arbitraries.ts'
import { DAY, HOUR, NOON } from '../../test/leads.ts'
import { model } from '../../test/models.ts'
import { judge, mayChange, mayChangeBy, nextChange, scoreOf } from '../index.ts'

const leftAt = fc.option(fc.nat(6 * 60).map(minutes => NOON - minutes * 60_000))

test.each<[Scale, number]>([
  ['short', 6],
  ['long', 24 * 20],
])(
  '%s scale: asked up to a time it gives what it gives without, where that is not later, and else nothing',
  (scale, hours) => {
    const kinds = new Set<string>()
    fc.assert(
      fc.property(
        model({ scale, min: -10 }),
        deeds(hours, 12),
        fc.constantFrom('COLD', 'WARM', 'HOT'),
        leftAt,
        fc.double({ min: -0.1, max: 2, noNaN: true }),
        fc.integer({ min: -HOUR, max: HOUR }),
        (m, list, tier, left, part, shift) => {
          const lead = leadOf(m, list)
          const state = { tier, since: NOON - HOUR, left: left === null ? [] : [{ tier: 'HOT', at: left }] }
          const from = NOON + shift
          const found = nextChange(m, lead, state, from)
          const stands = judge(m, lead, state, from) === tier
          // Around the answer, where a mistake of a second would show.
          const near = found === undefined ? [] : [found - 1000, found - 1, found, found + 1, found + 1000]
          for (const until of [...near, Math.round(from + part * ((found ?? from + 9 * DAY) - from))]) {
            const within = found !== undefined && found <= until ? found : undefined
            kinds.add(found === undefined ? 'never' : within === undefined ? 'later' : 'within')
            expect(nextChange(m, lead, state, from, until)).toBe(within)
            // Whoever was judged to be in its tier, and of whom it says no, is in it all the time up to then.
            const { millipoints } = scoreOf(m, lead, from)
            for (const judged of [{ from }, { from, millipoints }])
              if (stands && !mayChangeBy(m, lead, state, judged, until)) {
                if (within === undefined && found !== undefined && until > from) kinds.add('ruled out')
                expect(within).toBeUndefined()
              }
          }
          if (stands && !mayChange(m, lead, state, from)) expect(found).toBeUndefined()
        },
      ),
      { numRuns: Number(process.env.RUNS ?? 150) },
    )
    expect(kinds.size).toBe(4)
  },
)

import type { Lead } from '@hotlead/contracts'
import fc from 'fast-check'
import { deeds, LENGTHS, leadOf, type Scale } from '../../test/arbitraries.ts'
import { HOUR, NOON } from '../../test/leads.ts'
import { model } from '../../test/models.ts'
import { hoursOf } from '../facts/hours.ts'
import { judge, type Model, nextChange } from '../index.ts'
import type { TierState } from './situation.ts'

const SECOND = 1000
const ceil = (t: number, step: number) => Math.ceil(t / step) * step

/** Whole seconds, three at each moment at which a window, a last time, a dwell or a cool-down may end. */
function turns(lead: Lead, state: TierState, scale: Scale): number[] {
  const begins = [state.since, ...state.left.map(l => l.at)]
  for (const facts of lead.signals) {
    begins.push(facts.last, facts.last + 1)
    for (const { hour } of hoursOf(facts)) begins.push((hour + 1) * HOUR)
  }
  return begins.flatMap(begin =>
    [0, ...Object.values(LENGTHS[scale])].flatMap(length => {
      const second = ceil(begin + length, SECOND)
      return [second - SECOND, second, second + SECOND]
    }),
  )
}

/**
 * First whole second in [from, until] at which `judge` gives another tier: looked for at every turn and every `step`, and
 * where two neighbours differ by bisection between them (a score that crosses a bound does so between turns).
 */
function scan(
  m: Model,
  lead: Lead,
  state: TierState,
  scale: Scale,
  from: number,
  until: number,
  step: number,
) {
  const changed = (t: number) => judge(m, lead, state, t) !== state.tier
  const times = new Set(turns(lead, state, scale).filter(t => t >= from && t <= until))
  for (let t = ceil(from, SECOND); t <= until; t += step) times.add(t)
  let before = Number.NaN
  for (const t of [...times].sort((a, b) => a - b)) {
    if (changed(t)) {
      let [low, high] = [before, t]
      while (high - low > SECOND) {
        const middle = low + Math.floor((high - low) / 2 / SECOND) * SECOND
        if (changed(middle)) high = middle
        else low = middle
      }
      return high
    }
    before = t
  }
  return undefined
}

const leftAt = fc.option(fc.nat(6 * 60).map(minutes => NOON - minutes * 60_000))

/** Points below 0 that fade: where they do, an answer may come early. */
function fadesUpward(m: Model): boolean {
  return m.scores.some(s =>
    s.rules.some(r => r.decay.kind !== 'none' && (r.brackets ?? r.terms).some(x => x.points < 0)),
  )
}

test.each<[Scale, string, number, number, number, number]>([
  // scale, what, hours of history, ms scanned, ms of a step, runs
  ['short', 'every three minutes for five hours', 6, 5 * HOUR, 180_000, 90],
  ['long', 'every twelve hours for 50 days', 24 * 20, 50 * 24 * HOUR, 12 * HOUR, 90],
])(
  '%s: never late against a look at %s and at every turn; early only where points below 0 fade',
  (scale, _what, hours, length, step, numRuns) => {
    let changes = 0
    for (const min of [0, -10] as const)
      fc.assert(
        fc.property(
          model({ scale, min }),
          deeds(hours, 12),
          fc.constantFrom('COLD', 'WARM', 'HOT'),
          leftAt,
          fc.integer({ min: -HOUR, max: HOUR }),
          (m, list, tier, left, shift) => {
            const lead = leadOf(m, list)
            const from = NOON + shift
            const past = { since: NOON - HOUR, left: left === null ? [] : [{ tier: 'HOT', at: left }] }
            // In the tier that it should be in: what is to change at once needs no search.
            const state = { ...past, tier: judge(m, lead, { ...past, tier }, ceil(from, SECOND)) }
            const found = nextChange(m, lead, state, from)
            const until = Math.min(
              from + length,
              found === undefined ? Number.POSITIVE_INFINITY : found - SECOND,
            )
            expect(scan(m, lead, state, scale, from, until, step)).toBe(undefined)
            if (found === undefined) return
            if (found > ceil(from, SECOND)) changes++
            expect(found % SECOND).toBe(0)
            expect(found).toBeGreaterThanOrEqual(from)
            if (!fadesUpward(m)) expect(judge(m, lead, state, found)).not.toBe(state.tier)
          },
        ),
        { numRuns },
      )
    // Or nothing was tried.
    expect(changes).toBeGreaterThan(numRuns / 10)
  },
)

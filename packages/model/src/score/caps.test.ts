import fc from 'fast-check'
import { deeds, keys, mergedOf } from '../../test/arbitraries.ts'
import { DAY, HOUR, NOON } from '../../test/leads.ts'
import { type Making, scoringModel } from '../../test/models.ts'
import { hoursOf } from '../facts/hours.ts'
import { type Rule, type ScoreDefinition, scoreBy } from '../index.ts'
import type { Cap } from '../model.ts'
import { awardsOf, factsOf } from './awards.ts'
import { clamp } from './limits.ts'

const any: Making = { scale: 'long', min: -10 }

/** In which of a cap's periods an hour lies, by the calendar where it is a day or a week. */
function periodOf({ hours }: Cap, hour: number): string {
  if (hours === Number.POSITIVE_INFINITY) return 'ever'
  const date = new Date(hour * HOUR)
  if (hours === 24) return date.toISOString().slice(0, 10)
  if (hours === 168) {
    const monday = new Date(date.getTime() - ((date.getUTCDay() + 6) % 7) * DAY)
    return monday.toISOString().slice(0, 10)
  }
  return String(Math.floor((hour * HOUR - Date.UTC(1970, 0, 5)) / (hours * HOUR)))
}

function perPeriod(cap: Cap, list: readonly { hour: number; size: number }[]): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { hour, size } of list)
    sums.set(periodOf(cap, hour), (sums.get(periodOf(cap, hour)) ?? 0) + size)
  return sums
}

test('caps hold over all that was merged: matches and points, by day, week, period and in all', () => {
  fc.assert(
    fc.property(scoringModel(any), deeds(24 * 40, 60), keys, (m, list, deal) => {
      const lead = mergedOf(m, list, deal)
      for (const rule of m.scores.flatMap(s => s.rules)) {
        const awards = awardsOf(rule, lead)
        for (const cap of rule.caps) {
          const each =
            rule.brackets || rule.terms.length > 1 ? undefined : Math.abs(rule.terms[0]?.points ?? 0)
          if (cap.of === 'matches' && (each === undefined || each === 0)) continue
          const sizes = awards.map(a => ({
            hour: a.hour,
            size: cap.of === 'points' ? Math.abs(a.points) : Math.abs(a.points) / (each as number),
          }))
          for (const sum of perPeriod(cap, sizes).values()) expect(sum).toBeLessThanOrEqual(cap.most + 1e-9)
        }
      }
    }),
    { numRuns: 100 },
  )
})

test('a single cap leaves as much as it allows of each period, and no less', () => {
  const single = (rule: Rule) => rule.caps.length === 1 && !rule.brackets && rule.terms.length === 1
  let seen = 0
  fc.assert(
    fc.property(scoringModel(any), deeds(24 * 40, 60), keys, (m, list, deal) => {
      const lead = mergedOf(m, list, deal)
      for (const rule of m.scores.flatMap(s => s.rules).filter(single)) {
        const [[cap], [term]] = [rule.caps as [Cap], rule.terms as [Rule['terms'][number]]]
        const facts = factsOf(lead, term.facts)
        if (!facts) continue
        seen++
        const worth = cap.of === 'points' ? Math.abs(term.points) : 1
        const sizes = hoursOf(facts).map(b => ({ hour: b.hour, size: (b.count / rule.perUnit) * worth }))
        let expected = 0
        for (const sum of perPeriod(cap, sizes).values()) expected += Math.min(cap.most, sum)
        const points = awardsOf(rule, lead).reduce((sum, a) => sum + a.points, 0)
        expect(points).toBeCloseTo(
          cap.of === 'points' ? Math.sign(term.points) * expected : term.points * expected,
          6,
        )
      }
    }),
    { numRuns: 100 },
  )
  expect(seen).toBeGreaterThan(20)
})

/** A score's parts as the contributions have them: of each rule, and what limits changed. */
function partsOf(score: ScoreDefinition, contributions: readonly { rule: string; millipoints: number }[]) {
  const of = (name: string) => contributions.find(c => c.rule === name)?.millipoints ?? 0
  return {
    rules: score.rules.map(rule => ({ rule, millipoints: of(rule.name) })),
    group: (name: string) => score.rules.reduce((sum, r) => sum + (r.group === name ? of(r.name) : 0), 0),
    taken: of,
  }
}

test('limits of rules, of groups and of the whole hold over all that was merged', () => {
  fc.assert(
    fc.property(scoringModel(any), deeds(24 * 40, 60), keys, fc.nat(24 * 40), (m, list, deal, hours) => {
      const lead = mergedOf(m, list, deal)
      for (const score of m.scores) {
        const { millipoints, contributions } = scoreBy(score, lead, NOON + hours * HOUR)
        const parts = partsOf(score, contributions)
        for (const { rule, millipoints } of parts.rules)
          expect(millipoints).toBe(clamp(millipoints, rule.limit))
        for (const { name, limit } of score.groups) {
          const held = parts.group(name) + parts.taken(`limit of ${name}`)
          expect(held).toBe(clamp(parts.group(name), limit))
        }
        const { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY } = score.limit ?? {}
        expect(millipoints >= atLeast * 1000 && millipoints <= atMost * 1000).toBe(true)
      }
    }),
    { numRuns: 100 },
  )
})

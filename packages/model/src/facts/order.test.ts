import type { Lead } from '@hotlead/contracts'
import fc from 'fast-check'
import { type Deed, deeds, keys, leadOf, mergedOf, shuffled } from '../../test/arbitraries.ts'
import { HOUR, NOON } from '../../test/leads.ts'
import { modelFrom, SIGNALS, scoringModel } from '../../test/models.ts'
import { mergeLeads } from '../index.ts'
import { MOST_VISITS } from './visits.ts'

const MINUTE = 60_000
const GAP = 20 * MINUTE
const long = { scale: 'long', min: -10 } as const
/** Nothing but the signals: what is counted, whatever it is worth. */
const counting = modelFrom({
  name: 'counting',
  signals: SIGNALS,
  rules: [],
  scores: { product: { rules: [], groups: {} } },
  tiers: [{ name: 'COLD' }, { name: 'HOT', enter: { score: { atLeast: 1 } } }],
})
const factsOf = (lead: Lead, name: string) => lead.signals.find(s => s.name === name)

test('any order of the same deeds gives the same lead, tables, sums, values and visits among it', () => {
  fc.assert(
    fc.property(scoringModel(long), deeds(60, MOST_VISITS), keys, (m, list, order) => {
      expect(leadOf(m, shuffled(list, order), NOON)).toEqual(leadOf(m, list, NOON))
    }),
  )
})

test('leads merge in any order and grouping, and a merged lead is the lead of all deeds', () => {
  fc.assert(
    fc.property(scoringModel(long), deeds(60, MOST_VISITS), keys, fc.boolean(), (m, list, deal, prune) => {
      const clock = prune ? NOON : undefined
      const whole = leadOf(m, list, clock)
      expect(mergedOf(m, shuffled(list, deal), deal, clock)).toEqual(whole)
      const [a, b] = [leadOf(m, list.slice(0, 9), clock), leadOf(m, list.slice(9), clock)]
      expect(mergeLeads(a, b)).toEqual(mergeLeads(b, a))
    }),
  )
})

test('of more values than are kept, the same ones stay in any order and through any merge', () => {
  fc.assert(
    fc.property(deeds(200, 250, 200), keys, (list, order) => {
      // Nearly all of them of the kind that counts: 64 must be passed.
      const dense = list.map((d): Deed => ({ ...d, name: d.name === 'a' ? 'a' : 'b' }))
      const values = factsOf(leadOf(counting, dense), 'distinct')?.values
      expect(factsOf(leadOf(counting, shuffled(dense, order)), 'distinct')?.values).toEqual(values)
      expect(factsOf(mergedOf(counting, dense, order), 'distinct')?.values).toEqual(values)
      expect(values?.length ?? 0).toBeLessThanOrEqual(64)
    }),
    { numRuns: 60, examples: [[distinctValues(150), fc.sample(keys, 1)[0] as Iterator<number>] as never] },
  )
})

function distinctValues(count: number): Deed[] {
  return Array.from({ length: count }, (_, i) => visitAt(NOON - ((i * 37) % 200) * HOUR, i + 1, i))
}

function visitAt(at: number, id: number, sku = 0): Deed {
  return { at, id, name: 'c', n: 0, sku, plan: '', attributes: {} }
}

test('up to 32 visits are the same in any order and through any merge, however many events they are of', () => {
  // Each visit is shorter than its gap, so that no part of it is a visit of its own: at most 32 ever stand beside each other.
  const times = fc.array(fc.tuple(fc.nat(MOST_VISITS - 1), fc.nat(20)), { maxLength: 120, size: 'max' })
  fc.assert(
    fc.property(times, keys, (list, order) => {
      const events = list.map(([visit, minute], i) => visitAt(NOON - visit * HOUR + minute * MINUTE, i + 1))
      const facts = factsOf(leadOf(counting, events), 'visits')
      expect(facts?.visits?.list.length ?? 0).toBe(new Set(list.map(([visit]) => visit)).size)
      expect(factsOf(leadOf(counting, shuffled(events, order)), 'visits')).toEqual(facts)
      expect(factsOf(mergedOf(counting, events, order), 'visits')).toEqual(facts)
    }),
    { numRuns: 60 },
  )
})

test('in the order of time, any number of visits is counted, and 32 keep both of their ends', () => {
  const gaps = fc.array(fc.constantFrom(1, 5, 20, 21, 300), { maxLength: 150, size: 'max' })
  fc.assert(
    fc.property(gaps, minutes => {
      let at = NOON
      const events = minutes.map((gap, i) => {
        at += gap * MINUTE
        return visitAt(at, i + 1)
      })
      const facts = factsOf(leadOf(counting, events), 'visits')
      const expected = minutes.filter((gap, i) => i === 0 || gap * MINUTE > GAP).length
      const list = facts?.visits?.list ?? []
      const over = (facts?.buckets ?? []).reduce((sum, b) => sum + b.count, 0)
      expect(list.length + over).toBe(expected)
      expect(list.length).toBe(Math.min(expected, MOST_VISITS))
    }),
  )
})

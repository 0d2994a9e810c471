import type { Lead } from '@hotlead/contracts'
import fc from 'fast-check'
import { abc, DAY, HOUR, leadWith, NOON } from '../../test/leads.ts'
import { isRepeat, mergeLeads, mergeVisitors, newLead, observe, once, type Seen } from '../index.ts'
import { YEAR } from '../score/decay.ts'

function fold(list: readonly Seen[], clock = NOON, model = abc({}), lead = newLead()): Lead {
  return list.reduce((l, s) => observe(model, l, s, clock), lead)
}

test('a lead after one event', () => {
  const seen = { at: NOON + 1, signals: [once('b'), once('a')], id: 7, what: 'page /', attributes: { x: 1 } }
  expect(observe(undefined, newLead(), seen, NOON)).toEqual({
    first: NOON + 1,
    last: NOON + 1,
    signals: ['a', 'b'].map(name => ({
      name,
      last: NOON + 1,
      older: 0,
      buckets: [{ hour: NOON / HOUR, count: 1 }],
      values: [],
      visits: null,
    })),
    attributes: [{ name: 'x', value: 1, at: NOON + 1 }],
    recent: [{ id: 7, at: NOON + 1, what: 'page /' }],
    visitors: [],
    awaited: [],
    unsettled: [],
    alias: null,
    pastWith: null,
  })
})

test('nothing that is given is changed', () => {
  const lead = leadWith(['a', NOON], ['b', NOON])
  const before = structuredClone(lead)
  observe(
    abc({}),
    lead,
    { at: NOON + DAY, signals: [once('a')], id: 99, what: 'x', attributes: { x: 1 } },
    NOON + DAY,
  )
  mergeLeads(lead, leadWith(['a', NOON + DAY]))
  expect(lead).toEqual(before)
})

test('what is out of reach in both leads adds up too', () => {
  const old = observe(
    abc({ rules: [{ signal: 'a', points: 1 }] }),
    leadWith(['a', NOON - DAY, 3]),
    { at: NOON, signals: [], id: 99, what: '' },
    NOON,
  )
  expect(mergeLeads(old, old).signals).toEqual([
    { name: 'a', last: NOON - DAY, older: 6, buckets: [], values: [], visits: null },
  ])
})

test('what no decay and no window reaches becomes one number; what nothing reads stays for a year', () => {
  const model = abc({
    rules: [
      { signal: 'a', points: 1, decay: { window: '1d' } },
      { signal: 'b', points: 1 },
    ],
  })
  const lead = leadWith(
    ['a', NOON - DAY - HOUR],
    ['a', NOON - DAY + HOUR],
    ['b', NOON - HOUR],
    ['c', NOON - YEAR - HOUR],
    ['c', NOON - YEAR + HOUR],
  )
  const touched = observe(model, lead, { at: NOON, signals: [], id: 99, what: 'x' }, NOON)
  expect(touched.signals.map(s => [s.name, s.older, s.buckets.length])).toEqual([
    ['a', 1, 1],
    ['b', 1, 0],
    ['c', 1, 1],
  ])
})

test('a segment that no tier asks for keeps its hours too: questions about leads ask for it', () => {
  const model = abc({
    rules: [{ signal: 'b', points: 1 }],
    segments: { busy: { count: { signal: 'a', within: '30d', atLeast: 1 } } },
  })
  const at = NOON - 10 * DAY
  const lead = fold([{ at, signals: [once('a'), once('b')], id: 1, what: '' }], NOON, model)
  expect(lead.signals.map(s => [s.older, s.buckets.length])).toEqual([
    [0, 1],
    [1, 0],
  ])
})

test('the latest 32 activities are remembered, and an id among them is a repeat', () => {
  const list = Array.from({ length: 40 }, (_, i) => ({ at: NOON + i, signals: [], id: i + 1, what: `${i}` }))
  const lead = fold(list.toReversed())
  expect(lead.recent.map(r => r.id)).toEqual(list.slice(8).map(s => s.id))
  expect([isRepeat(lead, 9), isRepeat(lead, 8)]).toEqual([true, false])
})

test('only the latest ten activities keep their line, and ids beyond them are kept for a day', () => {
  const at = (n: number) => NOON + n * 3 * HOUR
  const list = Array.from({ length: 30 }, (_, i) => ({ at: at(i), signals: [], id: i + 1, what: `${i}` }))
  const { recent } = fold(list)
  // 29 × 3 h is the latest; a day before it stands the 22nd (index 21), so the latest ten reach further back.
  expect(recent.map(r => r.id)).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30])
  const dense = fold(list.map((e, i) => ({ ...e, at: NOON + i * HOUR })))
  expect(dense.recent.map(r => r.what)).toEqual([
    ...Array.from({ length: 15 }, () => ''),
    ...Array.from({ length: 10 }, (_, i) => `${i + 20}`),
  ])
})

test('what is remembered depends neither on the order of events nor on where they were merged', () => {
  // Long lists: below 11 activities on one side nothing is left out.
  const events = fc.uniqueArray(fc.tuple(fc.nat(80), fc.nat(1000)), {
    maxLength: 60,
    size: 'max',
    selector: e => e[1],
  })
  fc.assert(
    fc.property(events, fc.nat(60), fc.infiniteStream(fc.nat()), (list, cut, keys) => {
      const seen = list.map(([hour, id]) => ({ at: NOON + hour * HOUR, signals: [], id, what: `page ${id}` }))
      const shuffled = seen
        .map(e => [e, keys.next().value as number] as const)
        .sort((a, b) => a[1] - b[1])
        .map(([e]) => e)
      const whole = fold(seen).recent
      expect(fold(shuffled).recent).toEqual(whole)
      const [left, right] = [fold(shuffled.slice(0, cut)), fold(shuffled.slice(cut))]
      expect(mergeLeads(left, right).recent).toEqual(whole)
      expect(mergeLeads(right, left).recent).toEqual(whole)
    }),
    { numRuns: 150 },
  )
})

test('of an attribute the later value counts, whatever comes first; 50 of them are kept', () => {
  const x = (at: number, value: string | boolean) => ({
    at,
    signals: [],
    id: at,
    what: '',
    attributes: { x: value },
  })
  expect(fold([x(NOON + 2, 'new'), x(NOON + 1, 'old')]).attributes).toEqual([
    { name: 'x', value: 'new', at: NOON + 2 },
  ])
  expect(fold([x(NOON, true), x(NOON, 'true')]).attributes).toEqual(
    fold([x(NOON, 'true'), x(NOON, true)]).attributes,
  )
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`n${i}`, 'v'.repeat(300)]))
  const { attributes } = fold([
    { at: NOON, signals: [], id: 1, what: '', attributes: { ...many, ['n'.repeat(65)]: 1 } },
  ])
  expect(attributes).toHaveLength(50)
  expect(attributes.every(a => String(a.value).length === 256 && a.name.length <= 64)).toBe(true)
})

test('of each visitor the highest offset is kept; with more than 32, those of the last week', () => {
  const mark = (n: number, offset: number, at: number) => ({ visitor: `v:${n}`, offset, at })
  expect(mergeVisitors([mark(1, 5, NOON)], [mark(1, 3, NOON + 1), mark(2, 9, NOON - 1)])).toEqual([
    mark(2, 9, NOON - 1),
    mark(1, 5, NOON),
  ])
  const old = Array.from({ length: 40 }, (_, i) => mark(i, 1, NOON + i))
  const young = Array.from({ length: 35 }, (_, i) => mark(100 + i, 1, NOON + 8 * DAY + i))
  expect(mergeVisitors(old, [])).toHaveLength(40)
  expect(mergeVisitors(old, young)).toEqual(young)
})

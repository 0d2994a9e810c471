import type { Act } from '../machines/act.ts'
import type { Match } from '../model.ts'
import { HOUR } from '../score/decay.ts'
import { awaiting, withoutTwins } from './awaited.ts'
import { mergeLeads, newLead, observe, once } from './lead.ts'
import { taken, withoutShadows } from './recount.ts'
import { shadowName } from './shadow.ts'
import { whole } from './unsettled.ts'

const AT = 500_000 * HOUR
const COUNT = { id: 'r', facts: ['page-view'] }

/** A lead after one activity. */
function lead(id: number, signals: readonly Match[], act?: Act) {
  return observe(undefined, newLead(), { at: AT, signals, id, what: '', act }, AT)
}
const VIEW: Act = { act: 'viewed', mail: 0, link: 0, flag: null }
const own = (signals: readonly Match[]) => awaiting(lead(1, signals), 'v:a', 1, signals)
/** What each signal counts once the visitor's past is here, whose own copy counted the same. */
function together(ours: ReturnType<typeof own>, past = lead(1, [once('page-view')])) {
  const apart = withoutTwins(ours, past)
  const { signals } = whole(mergeLeads(apart.lead, apart.past))
  return Object.fromEntries(signals.map(s => [s.name, s.older + s.buckets.reduce((n, b) => n + b.count, 0)]))
}

test('what both have counted, once', () => {
  expect(together(own([once('page-view')]))).toEqual({ 'page-view': 1 })
  expect(together(own([{ name: 'page-view', amount: 1 }]), lead(2, [once('page-view')]))).toEqual({
    'page-view': 2,
  })
})

test('what only one of them has counted stays', () => {
  expect(together(own([once('page-view'), once('pricing')]))).toEqual({ 'page-view': 1, pricing: 1 })
})

test('an hour that is out of reach by now', () => {
  const ours = own([once('page-view')])
  const signals = ours.signals.map(s => ({ ...s, older: 1, buckets: [] }))
  expect(together({ ...ours, signals })).toEqual({ 'page-view': 1 })
})

test.each<[string, Act | undefined, Act | undefined]>([
  ['unsettled here', VIEW, undefined],
  ['unsettled there', undefined, VIEW],
  ['unsettled on both sides', VIEW, VIEW],
])('what is %s counts once too', (_, here, there) => {
  const signals = [once('page-view'), once('pricing')]
  const ours = awaiting(lead(1, signals, here), 'v:a', 1, signals)
  expect(together(ours, lead(1, [once('page-view')], there))).toEqual({ 'page-view': 1, pricing: 1 })
})

test('where both wait, what both have counted is taken from one of them', () => {
  expect(together(own([once('page-view')]), own([once('page-view')]))).toEqual({ 'page-view': 1 })
})

test('what a recount has counted takes its place here too, or goes with it', () => {
  const both = [
    { name: 'page-view', amount: 1 },
    { ...once(shadowName('r', 'page-view')), amount: 7 },
  ]
  expect(taken(own(both), COUNT, undefined, AT).awaited[0]?.counted).toEqual([
    { name: 'page-view', amount: 7 },
  ])
  expect(withoutShadows(own(both)).awaited[0]?.counted).toEqual([{ name: 'page-view', amount: 1 }])
  // A visitor that was linked meanwhile has no signals any more.
  expect(withoutShadows({ ...own(both), signals: [] }).awaited[0]?.counted).toHaveLength(1)
})

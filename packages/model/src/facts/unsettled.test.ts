import type { Event, Lead } from '@hotlead/contracts'
import fc from 'fast-check'
import { abc, event, HOUR, modelOf, NOON } from '../../test/leads.ts'
import { actOf, awaiting, mergeLeads, newLead, observe, settled, signalsOf, whole } from '../index.ts'

const SECOND = 1_000
/** Everything that facts can count: matches, a sum, values and visits. */
const MODEL = modelOf(`
name: all
signals:
  seen: { type: page }
  pages: { type: page, count: { distinct: path } }
  visits: { type: page, count: { visits: { gap: 1m } } }
  opens: { type: track, name: Email Opened }
  clicks: { type: track, name: Email Link Clicked }
  links: { type: track, name: Email Link Clicked, count: { distinct: property.link_url } }
  spent: { type: page, count: { sum: property.value } }
rules: [{ signal: seen, points: 1 }]
tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 10 } } }]
`)

/** One of few moments within three minutes, so that rules meet at their bounds. */
const moment = fc.integer({ min: 0, max: 36 }).map(n => NOON + n * 5 * SECOND + (n % 3) * 500)
const drawn = fc.oneof(
  fc.record({
    at: moment,
    path: fc.constantFrom('/', '/pricing', '/a', '/b'),
    properties: fc.record({ value: fc.constantFrom(1, 2.5) }),
    flags: fc.constantFrom([], [], [], [], ['too_fast'], ['bot']),
  }),
  fc.record({
    at: moment,
    name: fc.constantFrom('Email Delivered', 'Email Opened', 'Email Link Clicked', 'Email Link Clicked'),
    properties: fc.record({
      email_id: fc.constantFrom('m1', 'm2'),
      link_url: fc.constantFrom('x', 'y', 'z'),
    }),
    flags: fc.constantFrom([], [], [], [], ['honeypot'], ['machine_click']),
  }),
)
const history = fc
  .array(drawn, { maxLength: 28 })
  .map(all => all.map((d, i) => ({ ...event(d as unknown as Partial<Event>), id: String(i) })))

function fold(events: readonly Event[], lead = newLead()): Lead {
  return events.reduce((l, e) => {
    const seen = { at: e.at, signals: signalsOf(MODEL, e), id: Number(e.id), what: e.type, act: actOf(e) }
    return observe(MODEL, l, seen, NOON + 90 * SECOND)
  }, lead)
}

/** The rules as docs/machines.md says them, one event against all others. */
function isMachines(e: Event, all: readonly Event[]): boolean {
  const near = (o: Event) => Math.abs(o.at - e.at) <= 60 * SECOND
  const clicks = all.filter(o => o.name === 'Email Link Clicked')
  const swept = (c: Event) =>
    [
      [1, 2],
      [10, 3],
    ].some(([seconds = 0, links = 0]) =>
      clicks.some(first => {
        const last = first.at + seconds * SECOND
        const mail = first.properties.email_id
        const within = clicks.filter(o => o.at >= first.at && o.at <= last && o.properties.email_id === mail)
        return within.includes(c) && new Set(within.map(o => o.properties.link_url)).size >= links
      }),
    )
  if (e.type === 'page') return all.some(o => o.flags.includes('too_fast') && near(o))
  if (e.name === 'Email Delivered') return false
  if (clicks.some(o => o.flags.includes('honeypot') && near(o))) return true
  if (e.name === 'Email Link Clicked' ? swept(e) : clicks.some(o => swept(o) && near(o))) return true
  return all.some(o => {
    if (o.name !== 'Email Delivered') return false
    const after = e.at - o.at
    const isSame = o.properties.email_id === e.properties.email_id
    return after < 0 ? isSame && near(o) : after <= 10 * SECOND
  })
}

/** What is counted where all is known from the start. */
function expected(events: readonly Event[]): Lead['signals'] {
  const judged = events.map(e =>
    e.flags.length === 0 && isMachines(e, events) ? { ...e, flags: ['known'] } : e,
  )
  return judged.reduce(
    (l, e) => observe(MODEL, l, { at: e.at, signals: signalsOf(MODEL, e), id: Number(e.id), what: '' }, e.at),
    newLead(),
  ).signals
}

test('a lead counts as if every verdict had been known from the start, in any order', () => {
  fc.assert(
    fc.property(history, fc.func(fc.integer()), (events, by) => {
      const shuffled = events.toSorted((a, b) => by(a.id) - by(b.id))
      const lead = fold(shuffled)
      expect(whole(lead).signals).toEqual(expected(events))
      expect(settled(lead, NOON + 2 * HOUR)).toMatchObject({ signals: expected(events), unsettled: [] })
    }),
    { numRuns: Number(process.env.RUNS ?? 500) },
  )
})

test('a visitor’s past and its lead’s give the verdicts that all of it gives', () => {
  fc.assert(
    fc.property(history, fc.func(fc.boolean()), (events, isPast) => {
      const [past, own] = [events.filter(e => isPast(e.id)), events.filter(e => !isPast(e.id))]
      expect(whole(mergeLeads(fold(own), fold(past))).signals).toEqual(expected(events))
    }),
    { numRuns: Number(process.env.RUNS ?? 500) },
  )
})

describe('the timeline', () => {
  const click = (id: string, at: number, link: string) =>
    event({ id, at, name: 'Email Link Clicked', properties: { email_id: 'm', link_url: link } })

  test('says why what was counted counts no more', () => {
    const two = fold([click('1', NOON, 'x'), click('2', NOON + 500, 'y')])
    expect(two.recent.map(r => r.what)).toEqual(['track (all_links)', 'track (all_links)'])
    expect(whole(two).signals).toEqual([])
  })

  test('keeps the reason where the line is long', () => {
    const long = { at: NOON, signals: [], id: 1, what: 'x'.repeat(80), act: actOf(click('1', NOON, 'x')) }
    const lead = fold([click('2', NOON + 1, 'y')], observe(MODEL, newLead(), long, NOON))
    expect(lead.recent[0]?.what).toBe(`${'x'.repeat(68)} (all_links)`)
  })
})

test('what is too many is settled as it stands, the oldest first', () => {
  const views = Array.from({ length: 40 }, (_, i) =>
    event({ id: String(i), at: NOON + i * SECOND, path: '/' }),
  )
  const lead = fold(views)
  expect(lead.unsettled).toHaveLength(32)
  expect(lead.signals.find(s => s.name === 'seen')?.buckets).toEqual([{ hour: NOON / HOUR, count: 8 }])
  expect(whole(lead).signals.find(s => s.name === 'seen')?.buckets).toEqual([
    { hour: NOON / HOUR, count: 40 },
  ])
})

test('history that is imported is counted at once', () => {
  const old = event({ id: '1', at: NOON - 2 * HOUR, path: '/' })
  expect(fold([old])).toMatchObject({
    unsettled: [],
    signals: [{ name: 'pages' }, { name: 'seen' }, { name: 'visits' }],
  })
})

test('a lead of nothing unsettled is whole', () => {
  const lead = observe(abc({}), newLead(), { at: NOON, signals: [], id: 1, what: '' }, NOON)
  expect(whole(lead)).toBe(lead)
  expect(settled(lead, NOON)).toBe(lead)
})

test('what one side has found out of an act that both have stays found out', () => {
  const view = event({ id: '1', at: NOON, path: '/' })
  const judged = fold([view, event({ id: '2', at: NOON + SECOND, path: '/', flags: ['too_fast'] })])
  // What told on it is settled by now.
  const past = { ...judged, unsettled: judged.unsettled.slice(0, 1) }
  for (const both of [mergeLeads(fold([view]), past), mergeLeads(past, fold([view]))]) {
    expect(whole(both).signals).toEqual([])
    expect(both.recent.map(r => r.what)).toEqual(['page (with_flood)', 'page'])
  }
})

test('a crawler that opens pages too fast tells on those before all the same', () => {
  const crawler = event({ id: '2', at: NOON + SECOND, path: '/', flags: ['bot', 'too_fast'] })
  expect(whole(fold([event({ id: '1', at: NOON, path: '/' }), crawler])).signals).toEqual([])
})

test('an act that two models count differently counts for what either of them counts', () => {
  const under = (name: string) => {
    const seen = {
      at: NOON,
      signals: [{ name, amount: 1 }],
      id: 1,
      what: '',
      act: actOf(event({ path: '/' })),
    }
    return observe(MODEL, newLead(), seen, NOON)
  }
  const names = (lead: Lead) => whole(lead).signals.map(s => s.name)
  expect(names(mergeLeads(under('a'), under('b')))).toEqual(['a', 'b'])
  expect(names(mergeLeads(under('a'), under('a')))).toEqual(['a'])
})

test('what a machine did is not taken from a past that has counted it, nor from the lead', () => {
  const view = event({ id: '1', at: NOON, path: '/' })
  const flood = event({ id: '2', at: NOON + SECOND, path: '/', flags: ['too_fast'] })
  const first = fold([view])
  const waiting = awaiting(first, 'v:a', 1, signalsOf(MODEL, view))
  expect(fold([flood], waiting).awaited).toMatchObject([{ counted: [] }])
  expect(awaiting(fold([flood, view]), 'v:a', 1, signalsOf(MODEL, view)).awaited).toMatchObject([
    { counted: [] },
  ])
})

test.each(['bot', 'opted_out', 'no_consent'])(
  'a page that is flagged %p for itself alone takes no place',
  flag => {
    const click = event({ id: '0', at: NOON, name: 'Email Link Clicked', properties: { link_url: 'x' } })
    const pages = Array.from({ length: 40 }, (_, i) =>
      event({ id: String(i + 1), at: NOON + i, path: '/', flags: [flag] }),
    )
    expect(fold([click, ...pages]).unsettled.map(u => u.act)).toEqual(['clicked'])
  },
)

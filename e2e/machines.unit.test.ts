import { MAIL_EVENTS } from '@hotlead/contracts'
import { form, InMemory, page } from './test/inMemory.ts'

/**
 * Machines are found out after they were counted: what they did is taken back, by the whole path without servers.
 */

const ANN = 'ann@example.com'
const CLICKS = `
name: clicks
signals: { click: { type: track, name: Email Link Clicked }, links: { type: track, name: Email Link Clicked, count: { distinct: property.link_url } }, page-view: { type: page } }
rules: [{ signal: click, points: 5 }, { signal: links, points: 1 }, { signal: page-view, points: 5 }]
tiers: [{ name: COLD }, { name: HOT, announce: true, enter: { score: { atLeast: 6 } } }]
`
let ids = 0
const mail = (what: keyof typeof MAIL_EVENTS, more: object = {}) => ({
  type: 'track',
  event: MAIL_EVENTS[what],
  messageId: `mail-${++ids}`,
  properties: { email_id: 'm', ...more },
  context: { traits: { email: ANN } },
})
const click = (path: string) => mail('clicked', { link_url: `https://www.example.com${path}` })
const lines = (all: InMemory) => all.score(ANN).lead.recent.map(r => r.what)

test('a sweep: the first click made the lead HOT, the second takes both back, and the story says why', async () => {
  const all = await InMemory.open(CLICKS)
  await all.sendSigned('track', click('/a'))
  expect(all.moves(ANN)).toEqual(['COLD→HOT'])
  await all.driver.advance(1_000)
  await all.sendSigned('track', click('/b'))
  await all.driver.advance(2_000)
  expect(all.moves(ANN)).toEqual(['COLD→HOT', 'HOT→COLD'])
  expect(all.counts(ANN)).toEqual({})
  expect(all.score(ANN).millipoints).toBe(0)
  expect(lines(all)).toEqual(['track Email Link Clicked (all_links)', 'track Email Link Clicked (all_links)'])
})

test('a person’s click that comes an hour later counts, beside what was taken back', async () => {
  const all = await InMemory.open(CLICKS)
  await all.sendSigned('batch', { batch: [click('/a'), click('/b')] })
  await all.driver.advance(3_700_000, 60_000)
  await all.sendSigned('track', click('/a'))
  expect(all.counts(ANN)).toEqual({ click: 1, links: 0 })
  expect(all.moves(ANN)).toEqual(['COLD→HOT'])
  // The lead holds no more of the sweep than its lines.
  expect(all.score(ANN).lead.unsettled).toHaveLength(1)
})

test('a delivery that is told of after the click', async () => {
  const all = await InMemory.open(CLICKS)
  const { clock } = all
  await all.driver.advance(5_000)
  await all.sendSigned('track', click('/a'))
  expect(all.counts(ANN)).toMatchObject({ click: 1 })
  await all.driver.advance(30_000)
  await all.sendSigned('track', { ...mail('delivered'), timestamp: new Date(clock).toISOString() })
  expect(all.counts(ANN)).toEqual({})
  expect(lines(all)).toContain('track Email Link Clicked (too_soon)')
})

test('a honeypot flags itself at the edge, and what was done within a minute of it', async () => {
  const all = await InMemory.open(CLICKS)
  await all.sendSigned('track', click('/a'))
  await all.driver.advance(20_000)
  await all.sendSigned('track', click('/?x=1&hotlead=honeypot'))
  expect(all.counts(ANN)).toEqual({})
  expect(lines(all)).toEqual([
    'track Email Link Clicked (with_honeypot)',
    'track Email Link Clicked (honeypot)',
  ])
})

test('our own link of that name is one too, and an address that only has the word in it is none', async () => {
  const all = await InMemory.open(CLICKS)
  await all.sendSigned('track', click('/hotlead-honeypot'))
  expect(all.counts(ANN)).toMatchObject({ click: 1 })
  await all.sendSigned(
    'track',
    mail('clicked', { link_id: 'honeypot', link_url: 'https://www.example.com/hotlead-honeypot' }),
  )
  expect(all.counts(ANN)).toEqual({})
})

test('a flood of pages: those before the limit are taken back, from the lead that the visitor became meanwhile too', async () => {
  const all = await InMemory.open(CLICKS, 3, { pages: { rate: 0.000_1, burst: 5 } })
  const pages = (count: number) => Array.from({ length: count }, (_, i) => page('a', `/${i}`))
  await all.send('batch', { batch: pages(5) })
  expect(all.counts('v:a')).toEqual({ 'page-view': 5 })
  await all.send('track', form('a', ANN))
  expect(all.moves(ANN)).toEqual(['COLD→HOT'])
  // The form brought the visitor's past to the lead; the same visitor goes on.
  await all.driver.advance(1_000)
  await all.send('batch', { batch: pages(1) })
  await all.driver.advance(2_000)
  expect(all.counts(ANN)).toEqual({})
  expect(all.moves(ANN)).toEqual(['COLD→HOT', 'HOT→COLD'])
})

test('pages that a browser kept while it was offline are no flood', async () => {
  const all = await InMemory.open(CLICKS, 3, { pages: { rate: 0.000_1, burst: 2 } })
  const old = (i: number) => ({ timestamp: new Date(all.clock - 120_000 + i).toISOString() })
  const sentAt = new Date(all.clock).toISOString()
  await all.send('batch', { sentAt, batch: [1, 2, 3, 4].map(i => page('a', '/', old(i))) })
  expect(all.counts('v:a')).toEqual({ 'page-view': 4 })
})

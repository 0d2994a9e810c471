import { Installation, until } from '@hotlead/testkit'

/** The whole path as people use it: beacons at the HTTP edge, HOT events on the topic; every part is the real one. */

let hot: Installation

beforeAll(async () => {
  hot = await Installation.open()
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
})
afterAll(() => hot.close())

function page(anonymousId: string, path: string) {
  return { type: 'page', anonymousId, properties: { url: `https://www.example.com${path}`, path } }
}
function form(anonymousId: string, email?: string) {
  return { type: 'track', event: 'Form Submitted', anonymousId, properties: { ...(email && { email }) } }
}
const blog = (id: string, n: number) => Array.from({ length: n }, (_, i) => page(id, `/blog/${i}`))

const hotFor = async (lead: (subject: string, visitors: string[]) => boolean) =>
  (await hot.read('hot-leads')).filter(r => lead(r.decoded.lead, r.decoded.visitors))

test('ten pages, the price page twice among them, and a contact form: HOT, once, with numbers that add up', async () => {
  const id = 'anna-browser'
  const visit = [...blog(id, 8), page(id, '/pricing'), page(id, '/pricing')]
  expect(await hot.post('/v1/batch', { batch: visit })).toBe(200)
  expect(await hot.post('/v1/track', form(id))).toBe(200)
  const [announced] = await until(
    () => hotFor(lead => lead === `v:${id}`),
    list => list.length > 0,
  )
  const event = announced?.decoded as NonNullable<typeof announced>['decoded']
  expect(event).toMatchObject({ workspace: 'demo', tier: 'HOT', cause: 'activity' })
  // 10 pages × 1, 2 price pages × 8, a form × 30.
  expect(event.millipoints).toBe(56_000)
  expect(event.contributions.reduce((sum, c) => sum + c.millipoints, 0)).toBe(event.millipoints)
  expect(event.conditions.some(c => c.holds)).toBe(true)
  expect(String(announced?.headers?.ce_type)).toBe('hotlead.lead.hot.v1')

  const moves = (await hot.read('tiers')).filter(r => r.key === `demo/v:${id}`).map(r => r.decoded)
  expect(moves.map(m => m.number)).toEqual(moves.map((_, i) => i + 1))
  expect(moves.at(-1)?.to).toBe('HOT')
  expect(await hotFor(lead => lead === `v:${id}`)).toHaveLength(1)
})

test('ten blog pages alone are not HOT', async () => {
  expect(await hot.post('/v1/batch', { batch: blog('reader', 10) })).toBe(200)
  const key = 'demo/v:reader'
  await hot.folded()
  const score = (await hot.read('scores')).filter(r => r.key === key).at(-1)?.decoded
  expect(score?.millipoints).toBe(10_000)
  expect((await hot.read('tiers')).filter(r => r.key === key)).toEqual([])
})

test('what a visitor did before it was known counts for the lead that it turns out to be, once', async () => {
  const [id, email] = ['kenji-browser', 'kenji@example.com']
  const before = [...blog(id, 5), page(id, '/pricing'), page(id, '/pricing')]
  expect(await hot.post('/v1/batch', { batch: before })).toBe(200)
  expect(await hot.post('/v1/track', form(id, email))).toBe(200)
  const [announced] = await until(
    () => hotFor(lead => lead.startsWith('l:')),
    list => list.length > 0,
  )
  expect(announced?.decoded.attributes.find(a => a.name === 'email')?.value).toBe(email)
  const key = announced?.key as string
  const score = () =>
    hot.read('scores').then(all => all.filter(r => r.key === key).at(-1)?.decoded.millipoints)
  // 7 pages, 2 price pages, a form; and three more pages that arrive under the visitor's own key.
  await until(score, s => s === 53_000)
  expect(await hot.post('/v1/batch', { batch: [1, 2, 3].map(i => page(id, `/after/${i}`)) })).toBe(200)
  await until(score, s => s === 56_000)
  expect(await hotFor(lead => `demo/${lead}` === key)).toHaveLength(1)
})

test('the same event sent three times counts once', async () => {
  const twice = { ...page('echo', '/pricing'), messageId: 'the-same' }
  for (let i = 0; i < 3; i++) expect(await hot.post('/v1/page', twice)).toBe(200)
  expect(await hot.post('/v1/page', page('echo', '/last'))).toBe(200)
  const last = await until(
    async () => (await hot.read('scores')).filter(r => r.key === 'demo/v:echo').at(-1)?.decoded,
    s => s?.lead?.recent.some(r => r.what === 'page /last') === true,
  )
  expect(last?.millipoints).toBe(10_000)
})

test('a follow-up takes the lead off the HOT list', async () => {
  const email = 'mai@example.com'
  const visit = [page('mai', '/pricing'), page('mai', '/pricing'), ...blog('mai', 8), form('mai', email)]
  expect(await hot.post('/v1/batch', { batch: visit })).toBe(200)
  const [event] = await until(
    () => hotFor((_, visitors) => visitors.includes('v:mai')),
    list => list.length > 0,
  )
  const body = { at: new Date().toISOString(), channel: 'phone', who: 'sato', result: 'opportunity' }
  expect(await hot.post(`/v1/leads/${encodeURIComponent(email)}/follow-ups`, body)).toBe(200)
  const moves = await until(
    async () => (await hot.read('tiers')).filter(r => r.key === event?.key).map(r => r.decoded),
    list => list.at(-1)?.from === 'HOT',
  )
  expect(moves.at(-1)).toMatchObject({ from: 'HOT', to: 'WARM' })
})

import { factsOf } from '@hotlead/model'
import { DAY, InMemory, page } from './test/inMemory.ts'

/** The whole language from the beacon to the HOT event: what the model says of a lead stands on its transitions. */

const MODEL = `
name: everything
signals:
  page-view: { type: page }
  product: { type: page, path: /products/**, count: { distinct: path } }
  visit: { type: page, count: { visits: { gap: 30m } } }
  order: { type: track, name: Order Completed, count: { sum: property.total } }
  signup: { type: track, name: Signed Up }
rules:
  - { signal: product, brackets: [{ from: 1, points: 2 }, { from: 3, points: 12 }], group: interest }
  - { signal: page-view, points: 1, cap: { perDay: 5 points }, group: interest }
  - { signal: signup, table: { of: property.plan, points: { team: 20 }, otherwise: 5 } }
groups: { interest: { limit: 15 } }
scores:
  money: { rules: [{ signal: order, points: 0.01 }] }
fit:
  rules:
    - { attribute: industry, in: [software], points: 20, unknown: 5 }
grid:
  fit: [{ name: A, atLeast: 20 }, { name: B }]
  score: [{ name: 1, atLeast: 30 }, { name: 2 }]
phases:
  - { name: aware }
  - { name: buying, when: { score: { of: money, atLeast: 1 } } }
segments:
  wanted: { any: [{ grid: A1 }, { phase: buying }] }
suppress:
  - { name: rivals, when: { attribute: { name: email, domain: rival.com } } }
tiers:
  - name: COLD
  - name: HOT
    announce: { again: 30d }
    enter: { atLeast: 2, of: [{ segment: wanted }, { consent: marketing }, { count: { signal: visit, within: 7d, atLeast: 2 } }] }
    exit: { followUps: { since: tier, atLeast: 1 } }
    coolDown: 1d
`
const products = (who: string) => ['a', 'b', 'c'].map(p => page(who, `/products/${p}`))
const track = (who: string, event: string, properties: object) => ({
  type: 'track',
  anonymousId: who,
  event,
  properties,
})
const agreed = { context: { consent: { categoryPreferences: { marketing: true } } } }

test('a transition carries every score, the fit, the cell and the phase; a consent counts as it was given', async () => {
  const all = await InMemory.open(MODEL)
  await all.send('batch', { batch: [...products('a'), track('a', 'Signed Up', { plan: 'Team' })] })
  await all.send('identify', { anonymousId: 'a', traits: { industry: 'software' } })
  // 12 for three pages and 3 for page views are 15 in the group, and 20 for the plan.
  expect(all.score('v:a')).toMatchObject({ millipoints: 35_000 })
  expect(all.moves('v:a')).toEqual([])
  await all.send('page', { ...page('a', '/'), ...agreed })
  const [transition] = all.transitions('v:a')
  expect(transition).toMatchObject({
    to: 'HOT',
    millipoints: 35_000,
    scores: [{ name: 'money', millipoints: 0, contributions: [] }],
    fit: 20_000,
    grid: 'A1',
    phase: 'aware',
  })
  expect(transition?.contributions).toEqual([
    { rule: 'product', millipoints: 12_000 },
    { rule: 'page-view', millipoints: 4_000 },
    { rule: 'signup', millipoints: 20_000 },
    { rule: 'limit of interest', millipoints: -1_000 },
  ])
  expect(all.hot()[0]).toMatchObject({ grid: 'A1', phase: 'aware', fit: 20_000 })
})

test('another score alone can make HOT; a call takes it off, and within thirty days it is not told again', async () => {
  const all = await InMemory.open(MODEL)
  await all.send('batch', {
    batch: [track('b', 'Order Completed', { total: 99.5 }), { ...page('b', '/'), ...agreed }],
  })
  await all.send('track', { ...track('b', 'Order Completed', { total: 100.5 }) })
  expect(all.transitions('v:b')).toMatchObject([
    { to: 'HOT', phase: 'buying', scores: [{ millipoints: 2_000 }] },
  ])
  await all.driver.advance(1000)
  await all.call('v:b')
  expect(all.moves('v:b')).toEqual(['COLD→HOT', 'HOT→COLD'])
  await all.driver.advance(DAY - 1000, 3_600_000)
  expect(all.moves('v:b')).toEqual(['COLD→HOT', 'HOT→COLD'])
  // The cool-down is over, and it still is what HOT asks for: listed again, but not told again.
  await all.driver.advance(2000)
  expect(all.moves('v:b')).toEqual(['COLD→HOT', 'HOT→COLD', 'COLD→HOT'])
  expect(all.hot()).toHaveLength(1)
})

test('who is on a list of suppression never rises, and falls when it gets there', async () => {
  const all = await InMemory.open(MODEL)
  const order = (who: string) => track(who, 'Order Completed', { total: 500 })
  await all.send('batch', { batch: [{ ...order('c'), ...agreed }] })
  expect(all.moves('v:c')).toEqual(['COLD→HOT'])
  await all.send('identify', { anonymousId: 'c', traits: { email: 'bob@mail.rival.com' } })
  expect(all.moves('bob@mail.rival.com')).toEqual([])
  expect(factsOf(all.score('bob@mail.rival.com').lead, 'order')?.buckets[0]?.count).toBe(500_000)
})

test('two visits within a week are two matches half an hour apart, whatever lies between', async () => {
  const all = await InMemory.open(MODEL)
  await all.send('page', { ...page('d', '/'), ...agreed })
  await all.driver.advance(29 * 60_000, 60_000)
  await all.send('page', page('d', '/x'))
  expect(all.moves('v:d')).toEqual([])
  await all.driver.advance(31 * 60_000, 60_000)
  await all.send('page', page('d', '/y'))
  expect(all.moves('v:d')).toEqual(['COLD→HOT'])
  // HOT has an exit of its own: that the visits grow old does not end it.
  await all.driver.advance(8 * DAY, DAY)
  expect(all.moves('v:d')).toEqual(['COLD→HOT'])
})

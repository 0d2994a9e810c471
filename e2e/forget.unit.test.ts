import { type Activity, NO_ACTIVITY } from '@hotlead/contracts'
import { recount } from '@hotlead/whatif'
import { DAY, form, InMemory, page, visit } from './test/inMemory.ts'
import { logOf } from './test/play.ts'

/** A lead is forgotten: by the whole path without servers. */

const ANN = 'ann@example.com'
const known = { context: { traits: { email: ANN } } }

/** Ann has become HOT, by a browser and by a user id. */
async function hotAnn(partitions = 3): Promise<InMemory> {
  const all = await InMemory.open('default', partitions)
  await all.send('batch', { batch: visit('a') })
  await all.send('identify', { userId: 'u-1', traits: { email: ANN } })
  await all.send('page', page('b', '/pricing', { userId: 'u-1' }))
  await all.send('track', form('a', ANN))
  expect(all.moves(ANN)).toEqual(['COLD→WARM', 'WARM→HOT'])
  return all
}
const latest = (all: InMemory, who: string) => all.score(who)

test.each([1, 3])(
  'nothing is left of the lead, its visitors and its user ids (%p partitions)',
  async partitions => {
    const all = await hotAnn(partitions)
    await all.driver.advance(DAY, DAY / 4)
    const { clock } = all
    await all.forget(ANN)
    for (const who of [ANN, 'v:a', 'v:b', 'user:u-1'])
      expect(latest(all, who)).toMatchObject({ lead: null, contributions: [], forgotten: { until: clock } })
    const last = all.transitions(ANN).at(-1)
    expect(last).toMatchObject({ number: 3, from: 'HOT', to: 'COLD', announce: false, left: [] })
    expect(last).toMatchObject({
      attributes: [],
      visitors: [],
      recent: [],
      contributions: [],
      millipoints: 0,
    })
    expect(all.hot()).toHaveLength(1)
  },
)

test.each(['v:a', 'user:u-1'])('by %s the whole person is meant', async who => {
  const all = await hotAnn()
  await all.forget(who)
  expect(latest(all, ANN).lead).toBeNull()
  expect(latest(all, 'v:b').lead).toBeNull()
})

test('who comes back begins anew, and stays who was forgotten then', async () => {
  const all = await hotAnn()
  await all.forget(ANN)
  const { clock } = all
  await all.driver.advance(DAY, DAY / 4)
  await all.send('page', page('a', '/'))
  expect(all.counts('v:a')).toEqual({ 'page-view': 1 })
  await all.send('batch', { batch: visit('a') })
  // An edge that has linked the visitor within ten minutes does so again only where it is told.
  await all.send('identify', { anonymousId: 'a', traits: { email: ANN } })
  await all.send('track', form('a', ANN))
  expect(all.score(ANN)).toMatchObject({ forgotten: { until: clock } })
  expect(all.counts(ANN)).toEqual({ 'page-view': 11, pricing: 2, 'form-submit': 1 })
  expect(all.moves(ANN)).toEqual(['COLD→WARM', 'WARM→HOT', 'HOT→COLD', 'COLD→WARM', 'WARM→HOT'])
  expect(all.hot()).toHaveLength(2)
  await all.publish(MODEL)
  expect(all.score(ANN)).toMatchObject({ forgotten: { until: clock } })
})

test('what was received before, and comes later, is passed over: from a spool, a dead letter, another partition', async () => {
  const all = await hotAnn()
  const { clock } = all
  await all.driver.advance(DAY, DAY / 4)
  await all.forget(ANN)
  await all.write('page', page('a', '/late'), undefined, clock)
  await all.write('track', form('a', ANN), undefined, clock)
  await all.driver.run()
  expect(latest(all, ANN).lead?.signals ?? []).toEqual([])
  expect(latest(all, 'v:a').lead?.recent ?? []).toEqual([])
})

test('a visitor’s past that was on its way brings nothing back, and is awaited no more', async () => {
  const all = await InMemory.open('default', 3)
  await all.send('batch', { batch: visit('a') })
  await all.driver.advance(60_000)
  await all.write('identify', { anonymousId: 'a', traits: { email: ANN } })
  await all.writeForget(ANN)
  await all.driver.run()
  expect(latest(all, ANN).lead?.signals ?? []).toEqual([])
  await all.driver.advance(1_000)
  await all.send('page', page('a', '/', known))
  expect(all.counts(ANN)).toEqual({ 'page-view': 1 })
})

test('asked twice, and told twice to a visitor, nothing that came between goes', async () => {
  const all = await hotAnn()
  await all.forget(ANN)
  const told = all.activities().filter(a => a.kind === 'forget')
  expect(told.map(t => t.forget?.lead)).toEqual(expect.arrayContaining([null, all.subject(ANN)]))
  await all.driver.advance(1_000)
  await all.send('page', page('a', '/'))
  for (const activity of told) for (const who of [ANN, 'v:a', 'v:b']) all.append(all.key(who), activity)
  await all.driver.run()
  expect(all.counts('v:a')).toEqual({ 'page-view': 1 })
})

test('a visitor that is somebody else’s by now stays theirs', async () => {
  const all = await hotAnn()
  await all.driver.advance(DAY, DAY / 4)
  await all.send('identify', { anonymousId: 'b', traits: { email: 'bob@example.com' } })
  await all.send('page', page('b', '/pricing'))
  await all.forget(ANN)
  await all.send('page', page('b', '/pricing'))
  expect(all.counts('bob@example.com')).toMatchObject({ pricing: 2 })
  expect(latest(all, ANN).lead).toBeNull()
})

test('a lead that nobody knows, and one that never left the lowest tier', async () => {
  const all = await InMemory.open()
  await all.forget('nobody@example.com')
  await all.send('page', page('a', '/'))
  await all.forget('v:a')
  expect(all.moves('v:a')).toEqual([])
  expect(latest(all, 'v:a').lead).toBeNull()
})

test('a recount that counted the log before brings nothing back', async () => {
  const all = await hotAnn()
  const model = all.add(MODEL)
  const id = 'r1'
  const step = (step: 'prepare' | 'take') =>
    all.control({ model: model.version, recount: { id, step, facts: ['pricing'] } })
  await step('prepare')
  const { counts } = await recount({ model, facts: ['pricing'], ...logOf(all) })
  await all.forget(ANN)
  for (const { key, ...counted } of counts())
    all.append(key, { ...NO_ACTIVITY, kind: 'recount', recount: { id, ...counted } } as Activity)
  await all.driver.run()
  await step('take')
  expect(latest(all, ANN).lead).toBeNull()
  expect(latest(all, 'v:a').lead).toBeNull()
})

test('who folds the log anew comes to the same: simulate and recounts know nobody who was forgotten', async () => {
  const all = await hotAnn()
  await all.forget(ANN)
  const { counts } = await recount({ model: all.model, facts: ['page-view', 'pricing'], ...logOf(all) })
  expect([...counts()]).toEqual([])
})

const MODEL = `
name: other
signals: { pricing: { type: page, path: ["/pricing", "/team"] } }
rules: [{ signal: pricing, points: 8 }]
tiers: [{ name: COLD }, { name: HOT, enter: { score: { atLeast: 40 } } }]
`

test('what is folded in the same second as the request is of a lead that begins anew', async () => {
  const all = await hotAnn()
  await all.driver.advance(DAY, DAY / 4)
  await all.writeForget(ANN)
  await all.write('page', page('z', '/pricing', known), undefined, all.clock + 1)
  await all.driver.run()
  expect(all.counts(ANN)).toEqual({ 'page-view': 1, pricing: 1 })
  const last = all.transitions(ANN).at(-1)
  expect(last).toMatchObject({ from: 'HOT', to: 'COLD', announce: false, left: [], visitors: [] })
  expect(JSON.stringify(last)).not.toContain('Form Submitted')
  await all.driver.advance(2_000)
  expect(all.transitions(ANN).at(-1)).toEqual(last)
})

test('a browser whose clock is ahead, and one that goes on before its link has come from a spool', async () => {
  const all = await InMemory.open('default', 3)
  const ahead = {
    sentAt: new Date(all.clock).toISOString(),
    timestamp: new Date(all.clock + 200_000).toISOString(),
  }
  await all.send('track', { ...form('a'), ...ahead, traits: { phone: '555' } })
  await all.driver.advance(1_000)
  const { clock } = all
  await all.driver.advance(1_000)
  await all.forget(ANN)
  await all.driver.advance(1_000)
  await all.send('page', page('a', '/pricing'))
  // Received before the lead was forgotten, and only now in the log.
  await all.write('identify', { anonymousId: 'a', traits: { email: ANN } }, undefined, clock)
  await all.driver.run()
  expect(latest(all, ANN).lead?.signals ?? []).toEqual([])
  expect(latest(all, ANN).lead?.attributes ?? []).toEqual([])
})

test('a second request counts, also by an edge whose clock is behind', async () => {
  const all = await hotAnn()
  await all.forget(ANN)
  const { until } = latest(all, ANN).forgotten as { until: number }
  await all.driver.advance(1_000)
  await all.send('page', page('z', '/', known))
  await all.writeForget(ANN, until - 60_000)
  await all.driver.run()
  expect(latest(all, ANN)).toMatchObject({ lead: null, forgotten: { until: all.clock } })
})

test('a recount that was taken already, of which a part comes late, brings nothing back', async () => {
  const all = await hotAnn()
  const model = all.add(MODEL)
  const step = (step: 'prepare' | 'take') =>
    all.control({ model: model.version, recount: { id: 'r1', step, facts: ['pricing'] } })
  await step('prepare')
  const { counts } = await recount({ model, facts: ['pricing'], ...logOf(all) })
  await step('take')
  await all.forget(ANN)
  for (const { key, ...counted } of counts())
    all.append(key, { ...NO_ACTIVITY, kind: 'recount', recount: { id: 'r1', ...counted } } as Activity)
  await all.driver.run()
  expect(latest(all, ANN).lead).toBeNull()
})

test('a past that is on its way to a lead that was forgotten is counted by no recount', async () => {
  const all = await InMemory.open('default', 3)
  await all.send('batch', { batch: visit('a') })
  await all.write('identify', { anonymousId: 'a', traits: { email: ANN } })
  await all.writeForget(ANN)
  // The log before any scorer has folded the link: the merge is not in it.
  const { counts } = await recount({ model: all.model, facts: ['page-view'], ...logOf(all) })
  expect([...counts()]).toEqual([])
})

test('a visitor of which it is said whose it must be is forgotten only while it is', async () => {
  const all = await hotAnn()
  const bob = 'bob@example.com'
  await all.send('identify', { anonymousId: 'b', traits: { email: bob } })
  await all.send('page', page('b', '/pricing'))
  await all.writeForget('v:b', all.clock, all.subject(ANN))
  await all.driver.run()
  expect(all.counts(bob)).toMatchObject({ pricing: 1 })
  expect(latest(all, 'v:b').lead?.alias).toBe(all.subject(bob))
  await all.writeForget('v:b', all.clock, bob)
  await all.driver.run()
  expect(latest(all, 'v:b').lead).toBeNull()
  expect(all.counts(bob)).toMatchObject({ pricing: 1 })
})

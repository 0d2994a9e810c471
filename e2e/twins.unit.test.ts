import fc from 'fast-check'
import { form, InMemory, page } from './test/inMemory.ts'

/**
 * The same event as a visitor's and as its lead's: clients add the user id to what they send again. By the real steps,
 * processors and codecs, in memory; the two lie in partitions that are folded in any order.
 */

const ANN = 'ann@example.com'
const known = { context: { traits: { email: ANN } } }
/** What a request says of who it is, as pages come to know more. */
const NAMED = { nobody: {}, user: { userId: 'u-1' }, both: { userId: 'u-1', ...known } }

/** Views that are counted, of the lead and of whoever is no alias of it. */
function views(all: InMemory): number {
  const leads = [ANN, 'user:u-1', 'v:a', 'v:b'].filter(
    who => all.knows(who) && all.score(who).lead.alias === null,
  )
  return leads.reduce((sum, who) => sum + (all.counts(who)['page-view'] ?? 0), 0)
}

test.each([1, 3])(
  'a page that is sent again with the user’s name before anything was folded counts once (%p partitions)',
  async partitions => {
    const all = await InMemory.open('default', partitions)
    await all.write('page', page('a', '/pricing', { messageId: 'x' }))
    await all.write('page', page('a', '/pricing', { messageId: 'x', ...known }))
    await all.driver.run()
    expect(all.counts(ANN)).toEqual({ 'page-view': 1, pricing: 1 })
    // What the lead waited for has come.
    expect(all.score(ANN).lead.awaited).toEqual([])
  },
)

test('nothing is awaited of a visitor that brought nothing, and not every made-up visitor is listed', async () => {
  const all = await InMemory.open('default', 1)
  for (let i = 0; i < 40; i++) {
    await all.write('page', page(`made-up-${i}`, '/', known))
    if (i % 7 === 0) await all.driver.run()
  }
  await all.driver.run()
  const { lead } = all.score(ANN)
  expect([lead.awaited.length, lead.visitors.length]).toEqual([0, 32])
})

test('a becoming HOT that comes with the word of a visitor without a past is announced', async () => {
  const all = await InMemory.open('default', 1)
  const paths = ['/', '/pricing', '/pricing', '/a', '/b', '/c', '/d', '/e', '/f', '/g']
  const batch = [
    ...paths.map(path => page('a', path, known)),
    { type: 'track', event: 'Form Submitted', anonymousId: 'a', ...known },
  ]
  await all.send('batch', { batch })
  expect(all.moves(ANN)).toEqual(['COLD→HOT'])
  expect(all.hot()).toHaveLength(1)
})

test('a visitor that sends something on while its past is still on its way by a user id is awaited on', async () => {
  const all = await InMemory.open('default', 1)
  const sent = (messageId: string, named: keyof typeof NAMED) =>
    all.write('page', page('b', '/', { messageId, ...NAMED[named] }))
  await sent('x', 'nobody')
  await sent('y', 'user')
  await sent('x', 'both')
  await sent('y', 'nobody')
  await all.driver.run()
  expect(views(all)).toBe(2)
})

test('a follow-up that its lead knows already is taken from the visitor that sent it on, as an event is', async () => {
  const all = await InMemory.open('default', 1)
  await all.send('identify', { anonymousId: 'a', traits: { email: ANN } })
  await all.call(ANN, 'f')
  const before = all.score(ANN).lead.visitors[0]?.offset ?? 0
  await all.call('v:a', 'f')
  expect(all.counts(ANN)['follow-up']).toBe(1)
  expect(all.score(ANN).lead.visitors[0]?.offset).toBeGreaterThan(before)
})

/** One request: which event, of which browser, whether it names the person, and whether the scorer runs before the next. */
const request = fc.record({
  id: fc.nat(8),
  browser: fc.constantFrom('a', 'b'),
  named: fc.constantFrom('nobody', 'user', 'both'),
  run: fc.boolean(),
})
test('each event counts once, whichever copies name the person and whenever the scorer comes to them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 4 }),
      async (requests, partitions) => {
        const all = await InMemory.open('default', partitions)
        for (const { id, browser, named, run } of requests) {
          const messageId = `${browser}-${id}`
          await all.write('page', page(browser, '/', { messageId, ...NAMED[named as keyof typeof NAMED] }))
          if (run) await all.driver.run()
        }
        await all.driver.run()
        expect(views(all)).toBe(new Set(requests.map(r => `${r.browser}-${r.id}`)).size)
      },
    ),
    { numRuns: 300 },
  )
})

test.each([1, 3])(
  'a user id whose address is told later is that lead, before and after, however it came to be known (%p partitions)',
  async partitions => {
    const all = await InMemory.open('default', partitions)
    await all.send('page', page('a', '/'))
    await all.send('page', page('a', '/pricing', { userId: 'u-1' }))
    await all.send('identify', { userId: 'u-1', traits: { email: ANN } })
    await all.send('page', page('a', '/x', { userId: 'u-1' }))
    await all.send('page', { userId: 'u-1', properties: { path: '/y' } })
    await all.send('page', page('a', '/z'))
    await all.call(all.subject('user:u-1'))
    expect(all.counts(ANN)).toEqual({ 'follow-up': 1, 'page-view': 5, pricing: 1 })
    expect(all.score('user:u-1')).toMatchObject({
      millipoints: 0,
      lead: { alias: all.subject(ANN), signals: [] },
    })
  },
)

test('the address in a form is not the user’s: a colleague’s form leaves the user id alone', async () => {
  const all = await InMemory.open('default', 1)
  await all.send('track', form('a', 'colleague@example.com', { userId: 'u-1' }))
  await all.send('page', page('a', '/', { userId: 'u-1' }))
  expect(all.score('user:u-1').lead.alias).toBe(null)
})

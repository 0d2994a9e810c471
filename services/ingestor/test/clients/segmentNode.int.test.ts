import { Analytics } from '@segment/analytics-node'
import { counts, keyOfUser } from '../counts.ts'
import { type Fate, faultyProxy } from '../faultyProxy.ts'
import { staged } from '../stage.ts'

/** Segment's SDK for Node, unmodified: all that differs is `host`. */

const edge = staged()

test('every call arrives, once and in order, with what it says', async () => {
  const errors: unknown[] = []
  const analytics = new Analytics({ writeKey: 'wk_demo', host: edge.url })
  analytics.on('error', error => errors.push(error))
  const who = { userId: 'seg-1', anonymousId: 'seg-visitor' }
  analytics.identify({ ...who, messageId: 'seg-a', traits: { seats: 5, company: { name: 'Acme' } } })
  analytics.track({ ...who, messageId: 'seg-b', event: 'Signed Up', properties: { plan: 'pro' } })
  analytics.page({
    ...who,
    messageId: 'seg-c',
    name: 'Docs',
    category: 'Help',
    properties: { url: 'https://x.io/docs?a=1', title: 'All docs', referrer: 'https://y.io/' },
    context: { campaign: { name: 'spring', source: 'mail', medium: 'mail' } },
  })
  analytics.screen({ ...who, messageId: 'seg-d', name: 'Home' })
  analytics.group({ ...who, messageId: 'seg-e', groupId: 'acme', traits: { size: 7 } })
  analytics.alias({ userId: 'seg-1', previousId: 'seg-before', messageId: 'seg-f' })
  await analytics.closeAndFlush()
  expect(errors).toEqual([])

  const log = await edge.stage.activity()
  const events = log.filter(r => r.key === keyOfUser('seg-1')).map(r => r.activity.event)
  expect(events.map(e => [e?.id, e?.type, e?.name])).toEqual([
    ['seg-a', 'identify', ''],
    ['seg-b', 'track', 'Signed Up'],
    ['seg-c', 'page', 'Docs'],
    ['seg-d', 'screen', 'Home'],
    ['seg-e', 'group', ''],
    ['seg-f', 'alias', ''],
  ])
  expect(events[0]?.traits).toEqual({ seats: 5, 'company.name': 'Acme' })
  expect(events[1]).toMatchObject({ properties: { plan: 'pro' }, flags: [], ...who })
  expect(events[2]).toMatchObject({
    page: { host: 'x.io', path: '/docs', search: '?a=1', title: 'All docs', referrer: 'https://y.io/' },
    properties: { category: 'Help' },
    context: { 'campaign.source': 'mail', 'library.name': '@segment/analytics-node' },
  })
  expect(events[4]?.traits).toEqual({ 'company.id': 'acme', 'company.size': 7 })
  expect((await counts(log))[keyOfUser('seg-1')]).toEqual({
    alias: 1,
    group: 1,
    identify: 1,
    page: 1,
    screen: 1,
    track: 1,
  })
})

/** Two calls of a user of this name through a proxy, and what came of them. */
async function through(userId: string, fates: Fate[], settings: { maxRetries?: number } = {}) {
  const proxy = await faultyProxy(edge.url, fates)
  const errors: unknown[] = []
  const analytics = new Analytics({
    ...settings,
    writeKey: 'wk_demo',
    host: proxy.url,
    ...(fates.includes('unanswered') && { httpRequestTimeout: 2_000 }),
  })
  analytics.on('error', error => errors.push(error))
  analytics.track({ userId, event: 'One', messageId: `${userId}-1` })
  analytics.track({ userId, event: 'Two', messageId: `${userId}-2` })
  await analytics.closeAndFlush()
  proxy.close()
  const log = (await edge.stage.activity()).filter(r => r.key === keyOfUser(userId))
  return {
    ...proxy,
    errors,
    ids: log.map(r => r.activity.event?.id),
    counted: (await counts(log))[keyOfUser(userId)],
  }
}

describe('it comes again, and what it sent is counted once', () => {
  test.concurrent.each<[string, Fate, number]>([
    ['503', { refused: 503, retryAfter: 1 }, 1],
    ['429, after as long as it was told', { refused: 429, retryAfter: 2 }, 1],
    ['a connection cut before', 'lost', 1],
    ['a connection cut after', 'cut', 2],
    ['no answer in time', 'unanswered', 2],
  ])('%s', async (name, fate, times) => {
    const userId = `again ${name}`
    const { attempts, ids, counted, errors } = await through(userId, [fate])
    expect(errors).toEqual([])
    expect(attempts.map(a => a.headers['x-retry-count'])).toEqual([undefined, '1'])
    const [first, second] = attempts.map(a => a.at) as [number, number]
    if (typeof fate === 'object' && fate.refused === 429) expect(second - first).toBeGreaterThanOrEqual(2_000)
    const both = [`${userId}-1`, `${userId}-2`]
    expect(ids).toEqual(Array(times).fill(both).flat())
    expect(counted).toEqual({ track: 2 })
  })
})

describe('it gives up', () => {
  test.concurrent('after `maxRetries` of 503, whatever Retry-After says: the app is told', async () => {
    const busy: Fate = { refused: 503, retryAfter: 1 }
    const { attempts, ids, errors } = await through('given up', [busy, busy], { maxRetries: 1 })
    expect(attempts).toHaveLength(2)
    expect(ids).toEqual([])
    expect(errors).toEqual([
      expect.objectContaining({ code: 'delivery_failure' }),
      expect.objectContaining({ code: 'delivery_failure' }),
    ])
  })

  test.concurrent('not over 429 with Retry-After: that is no try', async () => {
    const full: Fate = { refused: 429, retryAfter: 1 }
    const { attempts, counted, errors } = await through('patient', [full, full], { maxRetries: 0 })
    expect(attempts).toHaveLength(3)
    expect(errors).toEqual([])
    expect(counted).toEqual({ track: 2 })
  })
})

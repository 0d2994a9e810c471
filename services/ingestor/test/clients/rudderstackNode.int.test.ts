import { randomUUID } from 'node:crypto'
import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { counts, keyOfUser } from '../counts.ts'
import { type Fate, faultyProxy } from '../faultyProxy.ts'
import { staged } from '../stage.ts'

/** RudderStack's SDK for Node, unmodified: all that differs is `dataPlaneUrl`. It sends gzip, as a form by its header. */

const edge = staged()

/** Sends all that waits. The first call is sent at once and alone, so there may be two batches. */
async function flushed(client: RudderAnalytics): Promise<void> {
  await client.flush()
  await client.flush()
}

test('every call arrives, once and in order, with what it says', async () => {
  const errors: unknown[] = []
  const client = new RudderAnalytics('wk_demo', {
    dataPlaneUrl: edge.url,
    errorHandler: e => void errors.push(e),
  })
  const who = { userId: 'rud-1', anonymousId: 'rud-visitor' }
  client.identify({ ...who, traits: { seats: 5, company: { name: 'Acme' } } })
  client.track({ ...who, event: 'Signed Up', properties: { plan: 'pro' } })
  client.page({
    ...who,

    name: 'Docs',
    properties: { url: 'https://x.io/docs?a=1', title: 'All docs' },
  })
  client.screen({ ...who, name: 'Home' })
  client.group({ ...who, groupId: 'acme', traits: { size: 7 } })
  client.alias({ userId: 'rud-1', previousId: 'rud-before' })
  await flushed(client)
  expect(errors).toEqual([])

  const log = await edge.stage.activity()
  const events = log.filter(r => r.key === keyOfUser('rud-1')).map(r => r.activity.event)
  expect(events.map(e => [e?.type, e?.name])).toEqual([
    ['identify', ''],
    ['track', 'Signed Up'],
    ['page', 'Docs'],
    ['screen', 'Home'],
    ['group', ''],
    ['alias', ''],
  ])
  // The SDK's own ids.
  expect(new Set(events.map(e => e?.id)).size).toBe(6)
  expect(events[0]?.traits).toEqual({ seats: 5, 'company.name': 'Acme' })
  expect(events[1]).toMatchObject({ properties: { plan: 'pro' }, flags: [], ...who })
  expect(events[1]?.timestamp).not.toBeNull()
  expect(events[2]?.page).toMatchObject({ host: 'x.io', path: '/docs', search: '?a=1', title: 'All docs' })
  expect(events[4]?.traits).toEqual({ 'company.id': 'acme', 'company.size': 7 })
  expect((await counts(log))[keyOfUser('rud-1')]).toEqual({
    alias: 1,
    group: 1,
    identify: 1,
    page: 1,
    screen: 1,
    track: 1,
  })
})

interface Settings {
  retryCount?: number
  timeout?: number
  /** Queue in Redis by this name. */
  queue?: string
}

/** A call of a user of this name through a proxy, and what came of it. */
async function through(userId: string, fates: Fate[], { queue, ...settings }: Settings = {}) {
  const proxy = await faultyProxy(edge.url, fates)
  const errors: (string | undefined)[] = []
  const client = new RudderAnalytics('wk_demo', {
    ...settings,
    dataPlaneUrl: proxy.url,
    logLevel: 'none',
    errorHandler: e => void errors.push(e.code),
  })
  if (queue) {
    const { hostname, port } = new URL(process.env.HOTLEAD_TEST_REDIS as string)
    const redisOpts = { host: hostname, port: Number(port) }
    await new Promise<void>((resolve, reject) =>
      client.createPersistenceQueue({ queueName: queue, redisOpts }, err => (err ? reject(err) : resolve())),
    )
    // The call's own callback comes once it is delivered.
    await new Promise<void>(resolve => client.track({ userId, event: 'One' }, resolve))
  } else {
    client.track({ userId, event: 'One' })
    await flushed(client)
  }
  proxy.close()
  const log = (await edge.stage.activity()).filter(r => r.key === keyOfUser(userId))
  return { ...proxy, errors, records: log.length, counted: (await counts(log))[keyOfUser(userId)] }
}

describe('it comes again, and what it sent is counted once', () => {
  test.concurrent.each<[string, Fate[], number]>([
    ['503, after as long as it was told', [{ refused: 503, retryAfter: 2 }], 1],
    ['429, after as long as it was told', [{ refused: 429, retryAfter: 2 }], 1],
    ['a connection cut before', ['lost'], 1],
    ['a connection cut after', ['cut'], 2],
    ['one thing after the other', [{ refused: 503, retryAfter: 1 }, 'cut', 'lost'], 2],
  ])('%s', async (name, fates, times) => {
    const { attempts, records, counted, errors } = await through(`again ${name}`, fates)
    expect(errors).toEqual([])
    expect(attempts.map(a => a.fate)).toEqual([...fates, 'passed'])
    const [first, second] = attempts.map(a => a.at) as [number, number]
    if (typeof fates[0] === 'object')
      expect(second - first).toBeGreaterThanOrEqual(1_000 * fates[0].retryAfter)
    expect(records).toBe(times)
    expect(counted).toEqual({ track: 1 })
  })
})

describe('it gives up, and the app is told', () => {
  test.concurrent('after `retryCount` of 503, each as far apart as Retry-After says', async () => {
    const busy: Fate = { refused: 503, retryAfter: 1 }
    const { attempts, records, errors } = await through('given up', [busy, busy, busy], { retryCount: 2 })
    expect(attempts).toHaveLength(3)
    expect((attempts[2]?.at ?? 0) - (attempts[0]?.at ?? 0)).toBeGreaterThanOrEqual(2_000)
    expect(errors).toEqual(['ERR_BAD_RESPONSE'])
    expect(records).toBe(0)
  })

  test.concurrent('not with a queue in Redis: there it goes on, ten times and after longer each time', async () => {
    const busy: Fate = { refused: 503, retryAfter: 1 }
    const settings = { retryCount: 0, queue: randomUUID() }
    const { attempts, counted } = await through('kept', [busy], settings)
    expect(attempts).toHaveLength(2)
    expect(counted).toEqual({ track: 1 })
  })

  test.concurrent('after its own `timeout`, at once: whether it arrived it does not know', async () => {
    const { attempts, records, errors } = await through('slow', ['unanswered'], { timeout: 2_000 })
    expect(attempts).toHaveLength(1)
    expect(errors).toEqual(['ECONNABORTED'])
    expect(records).toBe(1)
  })
})

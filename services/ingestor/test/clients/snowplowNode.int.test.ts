import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { until } from '@hotlead/testkit'
import {
  buildEcommerceTransaction,
  buildFormSubmission,
  buildLinkClick,
  buildPagePing,
  buildPageView,
  buildSelfDescribingEvent,
  buildStructEvent,
  type EmitterConfiguration,
  newTracker,
} from '@snowplow/node-tracker'
import { type Fate, type FaultyProxy, faultyProxy } from '../faultyProxy.ts'
import { staged } from '../stage.ts'

/** Snowplow's own tracker, unmodified, by changing its host: into a real Kafka, also where everything between fails. */

const edge = staged({ HOTLEAD_SNOWPLOW_PATHS: '/com.acme/track' })
const proxies: FaultyProxy[] = []
// It tells of every failure on the console.
beforeEach(() => {
  for (const level of ['error', 'warn'] as const) jest.spyOn(console, level).mockImplementation(() => {})
})
afterEach(() => {
  jest.restoreAllMocks()
  for (const proxy of proxies.splice(0)) proxy.close()
})

type Settings = Partial<EmitterConfiguration> & { appId?: string; encodeBase64?: boolean; fates?: Fate[] }

/** A tracker of a visitor of its own, through a proxy of its own. It sends when it is told to flush. */
async function opened({ appId = 'wk_demo', encodeBase64 = true, fates = [], ...emitter }: Settings = {}) {
  const proxy = await faultyProxy(edge.url, fates)
  proxies.push(proxy)
  const visitor = randomUUID()
  const told: (number | undefined)[] = []
  const sent: string[] = []
  const own = newTracker(
    { namespace: 'test', appId, encodeBase64 },
    {
      endpoint: '127.0.0.1',
      protocol: 'http',
      port: portOf(proxy.url),
      bufferSize: 1_000,
      connectionTimeout: 60_000,
      onRequestSuccess: events => sent.push(...events.map(e => String(e.eid))),
      onRequestFailure: ({ status }) => told.push(status),
      ...emitter,
    },
  )
  own.setDomainUserId(visitor)
  return {
    own,
    visitor,
    attempts: proxy.attempts,
    track: (...[event, ...rest]: Parameters<typeof own.track>) => String(own.track(event, ...rest)?.eid),
    /** Statuses that were no success; undefined: no answer. */
    told,
    /** One flush after the other, as an application's events would make it, until all were answered with success. */
    flushed: (ids: readonly string[]) =>
      until(
        () => own.flush().then(() => sent),
        s => ids.every(id => s.includes(id)),
        5,
      ),
    logged: async () => (await edge.stage.activity()).filter(r => r.activity.event?.anonymousId === visitor),
  }
}

const portOf = (address: string) => Number(new URL(address).port)

const step = (action: string) => buildStructEvent({ category: 'test', action })

const WAYS = [
  ['POST', { eventMethod: 'post' }],
  ['GET', { eventMethod: 'get' }],
] as const

describe.each(WAYS)('%s', (_way, way) => {
  test.each([true, false])(
    'all that it tracks is there once, in order, with its ids; base64: %p',
    async encodeBase64 => {
      const { own, visitor, track, flushed, logged } = await opened({ ...way, encodeBase64 })
      own.setLang('de-DE')
      own.setTimezone('Europe/Berlin')
      own.setScreenResolution('1920', '1080')
      own.setUseragent('Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0')
      own.setIpAddress('203.0.113.9')
      own.setSessionId('s1')
      const at = {
        pageUrl: 'https://www.acme.example/pricing?utm_source=mail',
        pageTitle: 'Prices – ü',
        referrer: 'https://r.example/',
      }
      const product = { schema: 'iglu:com.acme/product/jsonschema/1-0-0', data: { sku: 'a&b=c', price: 9.5 } }
      const viewed = {
        schema: 'iglu:com.acme/viewed_product/jsonschema/1-0-0',
        data: { name: '日本', price: 20 },
      }
      const ids = [
        track(buildPageView(at), [product]),
        track(buildPagePing({ ...at, maxYOffset: 300 })),
        track(buildStructEvent({ category: 'shop', action: 'Demo Requested', value: 3 })),
        track(buildSelfDescribingEvent({ event: viewed }), [product, product]),
        track(buildLinkClick({ targetUrl: 'https://other.example' })),
        track(buildEcommerceTransaction({ orderId: '7', total: 19.99, currency: 'EUR' })),
      ]
      const email = `${visitor}@example.com`
      const elements = [{ name: 'contact', value: email, nodeName: 'INPUT', type: 'email' }]
      ids.push(track(buildFormSubmission({ formId: 'contact', formClasses: [], elements })))
      own.setUserId(email)
      ids.push(track(buildPageView(at), null, { type: 'ttm', value: Date.now() - 3_600_000 }))
      await flushed(ids)

      const lead = `demo/${leadSubject(DEMO_SECRET, { email })}`
      const log = await logged()
      const mine = [...log.filter(r => r.key === `demo/v:${visitor}`), ...log.filter(r => r.key === lead)]
      expect(mine.map(r => r.activity.event?.id)).toEqual(ids)
      expect(log).toHaveLength(ids.length)
      const events = mine.map(r => r.activity.event as NonNullable<typeof r.activity.event>)
      expect(events.map(e => [e.type, e.name])).toEqual([
        ['page', 'Prices – ü'],
        ['track', 'Page Engaged'],
        ['track', 'Demo Requested'],
        ['track', 'viewed_product'],
        ['track', 'Link Clicked'],
        ['track', 'Order Completed'],
        ['track', 'Form Submitted'],
        ['page', 'Prices – ü'],
      ])
      expect(events[0]).toMatchObject({
        page: {
          host: 'www.acme.example',
          path: '/pricing',
          search: '?utm_source=mail',
          referrer: 'https://r.example/',
        },
        context: {
          'campaign.source': 'mail',
          locale: 'de-DE',
          timezone: 'Europe/Berlin',
          'screen.width': 1920,
          'session.id': 's1',
          'entities.product.sku': 'a&b=c',
        },
        userAgent: expect.stringContaining('Firefox'),
        // A write key cannot name another address than its own.
        ip: '127.0.0.0',
        flags: [],
        source: 'demo',
      })
      expect(events[3]).toMatchObject({
        properties: { name: '日本', price: 20 },
        context: { 'entities.product.1.price': 9.5 },
      })
      expect(events[5]?.properties).toMatchObject({ order_id: '7', total: 19.99 })
      expect(events[6]?.properties).toEqual({ form: 'contact', email })
      // Said to be exact, an hour ago; the others as they were made.
      expect(Math.abs((events[7]?.at ?? 0) - (Date.now() - 3_600_000))).toBeLessThan(300_000)
      expect(events[7]?.userId).toBe(email)
      const links = (await edge.stage.activity()).filter(
        r => r.activity.link && r.key === `demo/v:${visitor}`,
      )
      expect(new Set(links.map(r => `demo/${r.activity.link?.lead}`))).toEqual(new Set([lead]))
      expect(JSON.stringify(events)).not.toContain('wk_demo')
    },
  )

  test('refused for now or cut off: sent again, and there exactly once', async () => {
    const refused = (status: number) => ({ refused: status, retryAfter: 1 })
    const fates: Fate[] = [refused(503), 'lost', refused(429), 'lost', refused(503)]
    const { track, told, attempts, flushed, logged } = await opened({ ...way, maxPostBytes: 600, fates })
    const ids = Array.from({ length: 12 }, (_, i) => track(step(`${i}`)))
    await flushed(ids)
    expect(told).toEqual([503, undefined, 429, undefined, 503])
    // Several requests each: what comes after a failure stays in order.
    expect(attempts.length).toBeGreaterThan(told.length + 1)
    expect((await logged()).map(r => r.activity.event?.id)).toEqual(ids)
  })

  test('taken, but its answer lost or too slow: what comes again is the same event, under the same id and key', async () => {
    const { visitor, track, told, flushed, logged } = await opened({
      ...way,
      maxPostBytes: 600,
      connectionTimeout: 2_000,
      fates: ['cut', 'unanswered', 'cut'],
    })
    const ids = Array.from({ length: 8 }, (_, i) => track(step(`${i}`)))
    await flushed(ids)
    expect(told.length).toBeGreaterThanOrEqual(3)
    const log = await logged()
    expect(log.length).toBeGreaterThan(ids.length)
    expect([...new Set(log.map(r => r.activity.event?.id))]).toEqual(ids)
    const same = log.map(({ key, activity: { event } }) =>
      JSON.stringify([key, event?.id, event?.name, event?.timestamp, event?.properties, event?.context]),
    )
    expect(new Set(same).size).toBe(ids.length)
    expect(new Set(log.map(r => r.key))).toEqual(new Set([`demo/v:${visitor}`]))
  })

  /** What of three events is in the log, where the middle one cannot be taken; and where the edge would refuse all that comes with it. */
  async function poisoned(refused?: number) {
    const refusal = { refused: refused ?? 0, retryAfter: 1 }
    const fates: Fate[] = refused === undefined ? [] : ['passed', refusal, refusal, refusal]
    const { own, track, told, attempts, logged } = await opened({ ...way, fates })
    track(step('before'))
    await own.flush()
    track(step('poison'), null, { type: 'ttm', value: 1e17 })
    await own.flush()
    const poison = attempts.at(-1)
    track(step('after'))
    for (let i = 0; i < 2; i++) await own.flush()
    return { arrived: (await logged()).map(r => r.activity.event?.name), told, poison }
  }

  test('an event that cannot be taken blocks nothing: it is a dead letter of its very bytes', async () => {
    const { arrived, told, poison } = await poisoned()
    expect([arrived, told]).toEqual([['before', 'after'], []])
    const { data } = way.eventMethod === 'post' ? JSON.parse(String(poison?.body)) : { data: [] }
    const bytes = way.eventMethod === 'post' ? JSON.stringify(data[0]) : poison?.path.slice('/i?'.length)
    const letters = await edge.stage.records('dead-letter')
    // Says what is there instead, where it is not.
    expect(letters.map(r => r.value?.toString())).toContain(bytes)
    const letter = letters.find(r => r.value?.toString() === bytes)
    expect(letter?.key).toMatch(/^demo\/v:/)
    expect(
      Object.fromEntries(Object.entries(letter?.headers ?? {}).map(([n, v]) => [n, String(v)])),
    ).toMatchObject({
      'dlq-reason': 'invalid',
      'dlq-detail': expect.stringMatching(/ttm: must be ms since 1970, is text of 18 characters$/),
      'dlq-source': 'demo',
      'dlq-format': way.eventMethod === 'post' ? 'snowplow' : 'snowplow_pixel',
    })
  })

  test.each([413, 404, 431])(
    'with %d in the place of our answer it would: what comes after never arrives',
    async refusal => {
      const { arrived, told } = await poisoned(refusal)
      expect([arrived, told]).toEqual([['before'], [refusal, refusal, refusal]])
    },
  )

  test.each<[string, number, number | undefined]>([
    ['for an event', 36_000, undefined],
    ['for a request', 3_000_000, 400],
  ])('too large %s: given up, and what comes after arrives', async (_name, bytes, status) => {
    const { own, track, told, flushed, logged } = await opened({
      ...way,
      maxPostBytes: 4_000_000,
      // What stands between would refuse the longest address first.
      port: portOf(edge.url),
    })
    const big = track(step('x'.repeat(bytes)))
    await own.flush()
    const after = track(step('after'))
    await flushed([after])
    expect((await logged()).map(r => r.activity.event?.id)).toEqual([after])
    if (status !== undefined) expect(told).toEqual([status])
    else {
      const letters = await edge.stage.records('dead-letter')
      const letter = letters.find(r => r.value?.includes(big))
      expect(String(letter?.headers?.['dlq-reason'])).toBe('too_large')
    }
  })

  test('a key that nobody knows: 401, and the tracker gives up', async () => {
    const { own, track, told, attempts, logged } = await opened({ ...way, appId: 'nobody' })
    track(step('x'))
    await own.flush()
    await until(
      () => told,
      t => t.length === 1,
      5,
    )
    await own.flush()
    expect([told, attempts.length, await logged()]).toEqual([[401], 1, []])
  })

  test('the key in a header leaves the application’s id free; a secret key may backdate and name the address', async () => {
    const headers = { 'x-write-key': 'sk_demo' }
    const { own, track, flushed, logged } = await opened({ ...way, customHeaders: headers, appId: 'shop' })
    own.setIpAddress('203.0.113.9')
    const old = Date.UTC(2020, 0, 1)
    await flushed([track(step('x'), null, { type: 'ttm', value: old })])
    expect((await logged()).map(r => r.activity.event)).toEqual([
      expect.objectContaining({
        at: old,
        ip: '203.0.113.0',
        context: expect.objectContaining({ 'app.name': 'shop' }),
      }),
    ])
  })

  test('who tracks anonymously leaves no address', async () => {
    const { track, flushed, logged } = await opened({ ...way, serverAnonymization: true })
    await flushed([track(step('x'))])
    expect((await logged()).map(r => r.activity.event?.ip)).toEqual([null])
  })
})

test('the key in the path, and a path of one’s own', async () => {
  const { track, flushed, logged } = await opened({
    postPath: '/com.acme/track?writeKey=wk_demo',
    appId: 'shop',
  })
  await flushed([track(step('x'))])
  expect((await logged()).map(r => r.activity.event?.context['app.name'])).toEqual(['shop'])
})

test('the lines of the page about it, as they stand there', async () => {
  const page = readFileSync(join(__dirname, '../../snowplow.md'), 'utf8')
  const [, example = ''] = /```js\n([\s\S]*?)```/.exec(page) ?? []
  // The tracker is found from the folder that this runs in.
  const ran = promisify(execFile)(
    process.execPath,
    ['--input-type=module', '--eval', example.replace('8088', String(portOf(edge.url)))],
    { cwd: join(__dirname, '../..') },
  )
  expect(await ran).toEqual({ stdout: '', stderr: '' })
  const events = (await edge.stage.activity()).flatMap(({ activity: { event } }) =>
    event?.anonymousId === 'visitor-1' ? [[event.name, event.traits.email]] : [],
  )
  expect(events.sort()).toEqual([
    ['Demo Requested', 'ann@example.com'],
    ['Prices', undefined],
  ])
})

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { until } from '@hotlead/testkit'
import type { Page } from 'playwright-core'
import { findChromium } from '../chromium.ts'
import { counts, keyOfUser } from '../counts.ts'
import { type Fate, type FaultyProxy, faultyProxy } from '../faultyProxy.ts'
import { openSite, type Site } from '../site.ts'
import { type Read, staged } from '../stage.ts'

/**
 * Segment's SDK for browsers, its own bundle from npm, in Chromium on a page of another origin. It wants settings, which
 * it would fetch from Segment's CDN: they are given to it.
 */

const main = createRequire(import.meta.url).resolve('@segment/analytics-next')
const SDK = readFileSync(join(main, '../../umd/index.js'), 'utf8')
const HTML = '<!doctype html><title>Prices</title><script src="/sdk.js"></script>'

const suite = findChromium() ? describe : describe.skip

suite('Segment in Chromium', () => {
  const edge = staged()
  let site: Site
  beforeAll(async () => {
    site = await openSite(HTML, { '/sdk.js': SDK })
  }, 240_000)
  afterAll(() => site?.close())

  /** A page of the site with the SDK on it, which sends to `host`. */
  async function loaded(page: Page, path: string, host: string, delivery: object = {}): Promise<void> {
    await page.goto(site.origin + path)
    const settings = {
      writeKey: 'wk_demo',
      cdnSettings: { integrations: { 'Segment.io': { apiKey: 'wk_demo' } } },
    }
    const edge = { apiHost: `${new URL(host).host}/v1`, protocol: 'http', ...delivery }
    const [given, options] = [settings, { integrations: { 'Segment.io': edge } }].map(o => JSON.stringify(o))
    await page.evaluate(`analytics = AnalyticsNext.AnalyticsBrowser.load(${given}, ${options})`)
  }

  /** The records of the visitor of this page, once there are so many. */
  async function arrived(page: Page, count: number): Promise<Read[]> {
    const id = (await page.evaluate('analytics.user().then(u => u.anonymousId())')) as string
    const own = async () => (await edge.stage.activity()).filter(r => r.activity.event?.anonymousId === id)
    return until(own, records => records.length >= count)
  }

  test('page views, a route, a name and a click arrive, once and in order, with what they say', async () => {
    const visitor = await site.visitor()
    const page = await visitor.newPage()
    await loaded(page, '/pricing?utm_source=mail&utm_campaign=spring', edge.url)
    await page.evaluate(`(async () => {
    await analytics.page('Pricing')
    await analytics.track('Plan Chosen', { plan: 'pro' })
    await analytics.identify('next-1', { seats: 5 })
    history.pushState({}, '', '/thanks')
    document.title = 'Thanks'
    await analytics.page()
    await analytics.group('acme', { size: 7 })
  })()`)
    await arrived(page, 5)
    const log = await edge.stage.activity()
    const id = await page.evaluate('analytics.user().then(u => u.anonymousId())')
    const of = (key: string) => log.filter(r => r.key === key).map(r => r.activity.event)
    const [before, after] = [of(`demo/v:${id}`).filter(e => e !== null), of(keyOfUser('next-1'))]
    expect(before.map(e => [e?.type, e?.name])).toEqual([
      ['page', 'Pricing'],
      ['track', 'Plan Chosen'],
    ])
    expect(after.map(e => [e?.type, e?.name])).toEqual([
      ['identify', ''],
      ['page', ''],
      ['group', ''],
    ])
    const all = [...before, ...after]
    expect(new Set(all.map(e => e?.id)).size).toBe(5)
    for (const event of all) expect(event).toMatchObject({ anonymousId: id, flags: [], ip: '127.0.0.0' })
    expect(before[0]).toMatchObject({
      page: { host: new URL(site.origin).host, path: '/pricing', title: 'Prices' },
      context: { 'campaign.source': 'mail', 'campaign.name': 'spring', 'library.name': 'analytics.js' },
    })
    expect(before[1]?.properties).toEqual({ plan: 'pro' })
    expect(after[0]?.traits).toEqual({ seats: 5 })
    expect(after[1]?.page).toMatchObject({ path: '/thanks', title: 'Thanks' })
    expect(after[2]?.traits).toEqual({ 'company.id': 'acme', 'company.size': 7 })
    // The lead has what the visitor did before it said its name.
    expect((await counts(log))[keyOfUser('next-1')]).toEqual({ group: 1, identify: 1, page: 2, track: 1 })
    await visitor.close()
  })

  /** What a visitor did, as it is counted, and how often each event of it is in the log. */
  async function countedOf(records: Read[]) {
    const ids = Map.groupBy(records, r => r.activity.event?.id)
    return {
      times: [...ids.values()].map(of => of.length).sort(),
      counted: (await counts(await edge.stage.activity()))[records[0]?.key as string],
    }
  }

  async function throughProxy<T>(
    fates: Fate[],
    run: (page: Page, proxy: FaultyProxy) => Promise<T>,
  ): Promise<T> {
    const proxy = await faultyProxy(edge.url, fates)
    const visitor = await site.visitor()
    try {
      return await run(await visitor.newPage(), proxy)
    } finally {
      await visitor.close()
      proxy.close()
    }
  }

  describe('it comes again, and what it sent is counted once', () => {
    test.concurrent.each<[string, Fate, number[]]>([
      ['503', { refused: 503, retryAfter: 1 }, [1, 1]],
      ['429, after as long as it was told', { refused: 429, retryAfter: 2 }, [1, 1]],
      // What is lost on a connection that was used before, Chromium sends again by itself, and tells the SDK nothing.
      ['a connection cut before', 'lost', [1, 1]],
      ['a connection cut after', 'cut', [1, 2]],
    ])('%s', async (_name, fate, times) => {
      await throughProxy([fate], async (page, proxy) => {
        await loaded(page, '/', proxy.url)
        await page.evaluate(`analytics.page(); analytics.track('Seen')`)
        const records = await arrived(
          page,
          times.reduce((sum, n) => sum + n),
        )
        expect(await countedOf(records)).toEqual({ times, counted: { page: 1, track: 1 } })
        const tries = proxy.attempts.filter(a => a.path === proxy.attempts[0]?.path)
        expect(tries.map(a => a.fate)).toEqual([fate, 'passed'])
        if (typeof fate !== 'object') return
        expect(tries[1]?.headers['x-retry-count']).toBe('1')
        // The leave that was given for the first try held for the second's headers too.
        expect([...proxy.asked]).toEqual(['authorization'])
        const [first, second] = tries.map(a => a.at) as [number, number]
        if (fate.refused === 429) expect(second - first).toBeGreaterThanOrEqual(2_000)
      })
    })

    test.concurrent('a page that is left before it is answered: the next one sends what that one kept', async () => {
      await throughProxy(['unanswered'], async (page, proxy) => {
        await loaded(page, '/', proxy.url)
        await page.evaluate(`void analytics.page()`)
        await arrived(page, 1)
        await loaded(page, '/next', proxy.url)
        expect(await countedOf(await arrived(page, 2))).toEqual({ times: [2], counted: { page: 1 } })
      })
    })

    test.concurrent('who was named meanwhile is named by what comes again: the visitor’s event, then the lead’s', async () => {
      await throughProxy(['unanswered'], async (page, proxy) => {
        await loaded(page, '/', proxy.url)
        await page.evaluate(`void analytics.page()`)
        await arrived(page, 1)
        await page.evaluate(`analytics.identify('next-late', {})`)
        await loaded(page, '/next', proxy.url)
        const found = await arrived(page, 3)
        const views = found.filter(r => r.activity.event?.type === 'page')
        expect(new Set(views.map(r => r.activity.event?.id)).size).toBe(1)
        const lead = keyOfUser('next-late')
        expect(views.map(r => r.key)).toEqual(
          expect.arrayContaining([lead, expect.stringMatching(/^demo\/v:/)]),
        )
        // What the visitor did comes to its lead with the ids that it remembers, before the page comes again.
        expect((await counts(await edge.stage.activity()))[lead]).toEqual({ identify: 1, page: 1 })
      })
    })

    test.concurrent('a batch of a tab that is closed: sent as it goes', async () => {
      await throughProxy([], async (page, proxy) => {
        const delivery = {
          deliveryStrategy: { strategy: 'batching', config: { size: 10, timeout: 3_600_000 } },
        }
        await loaded(page, '/', proxy.url, delivery)
        await page.evaluate(`analytics.page(); analytics.track('One'); analytics.track('Two')`)
        const id = await page.evaluate('analytics.user().then(u => u.anonymousId())')
        // Its events wait for ten of them, or an hour.
        await page.close({ runBeforeUnload: true })
        const own = async () =>
          (await edge.stage.activity()).filter(r => r.activity.event?.anonymousId === id)
        const records = await until(own, found => found.length >= 3)
        expect(records.map(r => r.activity.event?.name)).toEqual(['', 'One', 'Two'])
        expect(await countedOf(records)).toEqual({ times: [1, 1, 1], counted: { page: 1, track: 2 } })
        expect(proxy.attempts.map(a => a.path)).toEqual(['/v1/b'])
      })
    })
  })
})

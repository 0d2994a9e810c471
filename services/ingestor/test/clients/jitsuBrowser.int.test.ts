import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { until } from '@hotlead/testkit'
import { findChromium } from '../chromium.ts'
import { counts, keyOfUser } from '../counts.ts'
import { type Fate, faultyProxy } from '../faultyProxy.ts'
import { openSite, type Site } from '../site.ts'
import { staged } from '../stage.ts'

/**
 * Jitsu's script for pages, as its npm package has it, in Chromium on a page of another origin. It sends to where it was
 * loaded from, and names its key in a header of its own, so a preflight comes before each event.
 */

const main = createRequire(import.meta.url).resolve('@jitsu/js')
const SCRIPT = readFileSync(join(main, '../web/p.js.txt'), 'utf8')

const suite = findChromium() ? describe : describe.skip

suite('Jitsu in Chromium', () => {
  const edge = staged()
  let site: Site
  beforeAll(async () => {
    site = await openSite('<!doctype html><title>Prices</title>', {})
  }, 240_000)
  afterAll(() => site?.close())

  /** A visitor's page, whose script comes from the host that it sends to. */
  async function visit(path: string, fates: Fate[] = []) {
    const proxy = await faultyProxy(edge.url, fates, { '/p.js': SCRIPT })
    const visitor = await site.visitor()
    const page = await visitor.newPage()
    await page.goto(site.origin + path)
    await page.evaluate(`new Promise(resolve => {
      const script = document.createElement('script')
      Object.assign(script, { src: '${proxy.url}/p.js', onload: resolve })
      script.dataset.writeKey = 'wk_demo:x'
      document.head.append(script)
    })`)
    return { page, visitor, proxy }
  }

  test('page views, a click and a name arrive, once and in order, with what they say', async () => {
    const { page, visitor, proxy } = await visit('/pricing?utm_source=mail&utm_campaign=spring')
    // The script itself has told of the page.
    await page.evaluate(`(async () => {
      await jitsu.identify('jit-browser', { seats: 5 })
      await jitsu.track('Plan Chosen', { plan: 'pro' })
      history.pushState({}, '', '/thanks')
      document.title = 'Thanks'
      await jitsu.page({ name: 'Thank you' })
    })()`)
    const own = async () => (await edge.stage.activity()).filter(r => r.key === keyOfUser('jit-browser'))
    const events = (await until(own, found => found.filter(r => r.activity.event).length >= 3)).flatMap(
      r => r.activity.event ?? [],
    )
    expect(events.map(e => [e.type, e.name])).toEqual([
      ['identify', ''],
      ['track', 'Plan Chosen'],
      ['page', 'Thank you'],
    ])
    const anonymousId = events[0]?.anonymousId
    expect(anonymousId).toMatch(/^[0-9a-f-]{36}$/)
    const first = (
      await until(
        async () => (await edge.stage.activity()).filter(r => r.key === `demo/v:${anonymousId}`),
        found => found.some(r => r.activity.event),
      )
    ).flatMap(r => r.activity.event ?? [])
    expect(first).toEqual([
      expect.objectContaining({
        type: 'page',
        page: expect.objectContaining({
          host: new URL(site.origin).host,
          path: '/pricing',
          search: '?utm_source=mail&utm_campaign=spring',
          title: 'Prices',
        }),
        context: expect.objectContaining({ 'campaign.source': 'mail', 'campaign.name': 'spring' }),
      }),
    ])
    for (const event of [...first, ...events]) expect(event).toMatchObject({ anonymousId, flags: [] })
    expect(events[0]?.traits).toEqual({ seats: 5 })
    expect(events[1]?.properties).toMatchObject({ plan: 'pro' })
    expect(events[2]?.page).toMatchObject({ path: '/thanks', title: 'Thanks' })
    expect((await counts(await edge.stage.activity()))[keyOfUser('jit-browser')]).toEqual({
      identify: 1,
      page: 2,
      track: 1,
    })
    expect([...proxy.asked]).toEqual(['content-type,x-write-key'])
    await visitor.close()
    proxy.close()
  })

  test.concurrent.each<[string, Fate, number]>([
    ['503: gone, since it tries once', { refused: 503, retryAfter: 1 }, 0],
    ['429: likewise', { refused: 429, retryAfter: 1 }, 0],
    ['a connection cut before: Chromium itself sends it again', 'lost', 1],
    ['a connection cut after: likewise, and it is counted once', 'cut', 2],
  ])('%s', async (_name, fate, times) => {
    const { page, visitor, proxy } = await visit('/', [fate])
    await until(
      () => proxy.attempts.length,
      n => n >= 1,
    )
    await page.evaluate(`jitsu.track('After')`)
    const id = await page.evaluate('jitsu.user().anonymousId')
    const own = async () => (await edge.stage.activity()).filter(r => r.activity.event?.anonymousId === id)
    const records = await until(own, found => found.some(r => r.activity.event?.name === 'After'))
    const pages = records.filter(r => r.activity.event?.type === 'page')
    expect(pages).toHaveLength(times)
    expect((await counts(await edge.stage.activity()))[`demo/v:${id}`]).toEqual({
      ...(times > 0 && { page: 1 }),
      track: 1,
    })
    await visitor.close()
    proxy.close()
  })
})

import type { Page } from 'playwright-core'
import { describeInChromium, TrackedSite } from '../test/trackedSite.ts'

// The window is 720 px high, so one view is 18 % of this page.
const LONG = '<style>body { margin: 0 }</style><div style="height: 4000px"></div>'

/** How long and how far pages are read; the pages' clocks are the test's. */
describeInChromium('the tracker’s pings', () => {
  let site: TrackedSite
  beforeAll(async () => {
    site = await TrackedSite.open()
    site.serve('/read', { body: LONG })
  }, 240_000)
  afterAll(() => site?.close())

  /** A page whose seconds pass by `page.clock.runFor` only. */
  async function opened(path: string): Promise<Page> {
    const page = await (await site.visitor()).newPage()
    await page.clock.install()
    await page.clock.pauseAt(Date.now() + 1_000)
    await page.goto(`${site.origin}${path}`)
    await site.arrived(path, 1)
    return page
  }

  async function told(path: string, count: number): Promise<(Record<string, unknown> | undefined)[]> {
    return (await site.pings(path, count)).map(r => r.activity.event?.properties)
  }

  test('told after 30 and 120 seconds and when the page is left: the time that it was seen, and how far down', async () => {
    const page = await opened('/read/whole')
    await page.clock.runFor(29_000)
    await page.evaluate('scrollTo(0, 1000)')
    await page.clock.runFor(1_000)
    await site.pings('/read/whole', 1)
    await page.evaluate('scrollTo(0, 3280)')
    await page.clock.runFor(1_000)
    // Up again: the deepest counts.
    await page.evaluate('scrollTo(0, 0)')
    await page.clock.runFor(89_000)
    await site.pings('/read/whole', 2)
    await page.clock.runFor(5_000)
    await page.goto('about:blank')
    expect(await told('/read/whole', 3)).toEqual([
      { seconds: 30, added: 30, scroll: 43 },
      { seconds: 120, added: 90, scroll: 100 },
      { seconds: 125, added: 5, scroll: 100 },
    ])
    await page.context().close()
  })

  test('a page is read by whom it has: before a logout by the user, from then on by somebody else', async () => {
    const page = await opened('/read/logout')
    await page.evaluate(`hotlead.identify('u-1')`)
    await page.clock.runFor(7_000)
    await page.evaluate('hotlead.reset()')
    await page.clock.runFor(4_000)
    await page.goto('about:blank')
    const [user, other] = (await site.pings('/read/logout', 2)).map(r => r.activity.event)
    expect([user?.userId, user?.properties.seconds]).toEqual(['u-1', 7])
    expect([other?.userId, other?.properties.seconds]).toEqual([null, 4])
    expect(other?.anonymousId).not.toBe(user?.anonymousId)
    await page.context().close()
  })

  test('a hidden page is not seen', async () => {
    const page = await opened('/read/hidden')
    await page.evaluate(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`)
    await page.clock.runFor(100_000)
    await page.evaluate(`Object.defineProperty(document, 'hidden', { value: false })`)
    await page.clock.runFor(7_000)
    await page.goto('about:blank')
    expect(await told('/read/hidden', 1)).toEqual([{ seconds: 7, added: 7, scroll: 18 }])
    await page.context().close()
  })

  test('at most four a page view, and half an hour in all, however long it stays open', async () => {
    const page = await opened('/read/long')
    await page.clock.runFor(3 * 3_600_000)
    await site.pings('/read/long', 3)
    await page.goto('about:blank')
    expect((await told('/read/long', 4)).map(p => [p?.seconds, p?.added])).toEqual([
      [30, 30],
      [120, 90],
      [480, 360],
      [1800, 1320],
    ])
    await page.context().close()
  })

  test('a route ends the page view before it: its ping is of the old address, and the new one starts at nothing', async () => {
    const page = await opened('/read/one')
    await page.clock.runFor(7_000)
    await page.evaluate(`history.pushState({}, '', '/read/one/two')`)
    await page.clock.runFor(4_000)
    await page.goto('about:blank')
    const pings = await site.pings('/read/one', 2)
    expect(pings.map(r => [r.activity.event?.page?.path, r.activity.event?.properties])).toEqual([
      ['/read/one', { seconds: 7, added: 7, scroll: 18 }],
      ['/read/one/two', { seconds: 4, added: 4, scroll: 18 }],
    ])
    await page.context().close()
  })
})

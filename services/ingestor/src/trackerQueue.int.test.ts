import { until } from '@hotlead/testkit'
import type { Page } from 'playwright-core'
import { RecordingEdge } from '../test/recordingEdge.ts'
import { describeInChromium, glance, stored, TrackedSite } from '../test/trackedSite.ts'

/** What the tracker does while nobody takes its events. */
describeInChromium('the tracker’s queue', () => {
  let site: TrackedSite
  let edge: RecordingEdge
  beforeAll(async () => {
    site = await TrackedSite.open()
    edge = await RecordingEdge.open(site.origin)
    site.serve('/plain', { plain: true })
    site.serve('/recorded', { attributes: `data-host="${edge.url}"` })
  }, 240_000)
  beforeEach(() => {
    edge.sent.length = 0
    edge.answer = 'ok'
  })
  afterAll(async () => {
    edge?.close()
    await site?.close()
  })

  /** The texts of the events that wait in local storage; not of a ping, of which a slow machine brings more. */
  async function queue(page: Page): Promise<string[]> {
    const text = (await stored(page)).local.hotlead_queue_wk_demo
    return (text?.split('\n') ?? []).filter(event => !event.includes('"Page Engaged"'))
  }
  const idOf = (text: string) => (JSON.parse(text) as { messageId: string }).messageId

  test('refused for now: sent again when asked to; a page left before that sends it as it goes, under the same id', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    edge.next = { retryAfter: 1 }
    await site.visit(page, '/recorded/busy')
    await edge.received(2)
    edge.answer = { retryAfter: 3_600 }
    const answered = page.waitForResponse(r => r.status() === 503)
    await page.goto(`${site.origin}/recorded/left`)
    await answered
    edge.answer = 'ok'
    await page.goto('about:blank')
    await until(
      () => edge.sent.filter(e => e.type === 'page'),
      sent => sent.length >= 4,
    )
    const ids = edge.sent.filter(e => e.type === 'page').map(e => e.messageId)
    expect([ids[1], ids[3]]).toEqual([ids[0], ids[2]])
    expect(new Set(ids).size).toBe(2)
    await context.close()
  })

  test('a beacon of a page that was refused is not trusted: the next page sends the event once more', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    edge.answer = { retryAfter: 3_600 }
    const refused = page.waitForResponse(r => r.status() === 503)
    await site.visit(page, '/recorded/first')
    await refused
    edge.answer = 'ok'
    await site.visit(page, '/recorded/second')
    await until(
      () => queue(page),
      texts => texts.length === 0,
    )
    const first = edge.sent.filter(e => e.type === 'page' && e.context.page.path === '/recorded/first')
    // Its page, the beacon as it was left, and the page after it.
    expect(first.map(e => e.messageId)).toEqual(Array.from({ length: 3 }, () => first[0]?.messageId))
    await context.close()
  })

  test('what the edge finds wrong is not sent again', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    edge.next = 'bad request'
    await site.visit(page, '/recorded/bad')
    await edge.received(1)
    await page.evaluate(`hotlead.track('After')`)
    await until(
      () => queue(page),
      texts => texts.length === 0,
    )
    expect(edge.sent.map(e => e.event ?? e.type)).toEqual(['page', 'After'])
    await context.close()
  })

  test('offline: the tab is closed, and another one sends what happened, once, as of when it happened', async () => {
    const context = await site.visitor()
    const witness = await context.newPage()
    await witness.goto(`${site.origin}/plain`)
    const page = await context.newPage()
    await site.visit(page, '/offline')
    await site.arrived('/offline', 1)
    await context.setOffline(true)
    await page.evaluate(`history.pushState({}, '', '/offline/prices')`)
    await page.evaluate(`hotlead.track('Quote Saved', { seats: 3 })`)
    const texts = await until(
      () => queue(page),
      list => list.length === 2,
    )
    await page.close()
    // Chromium's emulation of offline lets beacons through: that the events are kept must be seen, not inferred.
    expect(await queue(witness)).toEqual(texts)
    await context.setOffline(false)
    await site.visit(await context.newPage(), '/offline/later')
    const events = await site.arrived('/offline', 4)
    expect(events.map(r => glance(r)[2])).toEqual([
      '/offline',
      '/offline/prices',
      '/offline/prices',
      '/offline/later',
    ])
    expect(events.slice(1, 3).map(r => r.activity.event?.id)).toEqual(texts.map(idOf))
    expect(new Set(events.map(r => r.activity.event?.anonymousId)).size).toBe(1)
    const quote = events[2]?.activity.event
    expect(quote?.properties).toEqual({ seats: 3 })
    expect(quote?.at).toBe(Date.parse((JSON.parse(texts[1] as string) as { timestamp: string }).timestamp))
    await context.close()
  })

  test('offline: the last ping of a page that is left waits as well, although nothing had failed before', async () => {
    const context = await site.visitor()
    const witness = await context.newPage()
    await witness.goto(`${site.origin}/plain`)
    const page = await context.newPage()
    await page.clock.install()
    await site.visit(page, '/read')
    await site.arrived('/read', 1)
    await until(
      () => stored(page),
      ({ local }) => local.hotlead_queue_wk_demo === undefined,
    )
    await context.setOffline(true)
    await until(
      () => page.evaluate('navigator.onLine'),
      online => online === false,
    )
    await page.clock.runFor(5_000)
    // By the event that a closed tab fires: Chromium gives it half a second then, which a busy machine does not have.
    await page.evaluate(`dispatchEvent(new PageTransitionEvent('pagehide'))`)
    await until(
      () => stored(witness),
      ({ local }) => local.hotlead_queue_wk_demo?.includes('"Page Engaged"') === true,
    )
    await context.close()
  })

  test('online again: sent at once, without waiting for the next try', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await page.clock.install()
    await site.visit(page, '/again')
    await site.arrived('/again', 1)
    // From here on no timer of the page fires.
    await page.clock.pauseAt(Date.now() + 60_000)
    await context.setOffline(true)
    const failed = page.waitForEvent('requestfailed')
    await page.evaluate(`hotlead.track('Asked')`)
    await failed
    await context.setOffline(false)
    expect((await site.arrived('/again', 2)).map(r => glance(r)[1])).toEqual(['/again', 'Asked'])
    await context.close()
  })

  test('two tabs: neither loses what the other keeps', async () => {
    const context = await site.visitor()
    const [one, two] = [await context.newPage(), await context.newPage()]
    await site.visit(one, '/tabs/one')
    await site.visit(two, '/tabs/two')
    await site.arrived('/tabs', 2)
    await context.setOffline(true)
    await one.evaluate(`hotlead.track('Of One')`)
    await until(
      () => queue(two),
      texts => texts.length === 1,
    )
    await two.evaluate(`hotlead.track('Of Two')`)
    await until(
      () => queue(one),
      texts => texts.length === 2,
    )
    await one.close()
    await two.close()
    await context.setOffline(false)
    await site.visit(await context.newPage(), '/tabs/three')
    const names = (await site.arrived('/tabs', 5)).map(r => glance(r)[1])
    expect(names).toEqual(expect.arrayContaining(['Of One', 'Of Two']))
    await context.close()
  })

  test('it never holds more than 20 events or 60,000 bytes, and the latest are those that stay', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/recorded/full')
    await edge.received(1)
    await context.setOffline(true)
    const names = async () =>
      (await queue(page)).map(text => (JSON.parse(text) as { properties: { n: number } }).properties.n)
    await page.evaluate('for (let n = 1; n <= 50; n++) hotlead.track("Many", { n })')
    expect(await names()).toEqual(Array.from({ length: 20 }, (_, i) => 31 + i))
    // 15,000 bytes each as UTF-8: three of them, with 17 small ones, and no fourth.
    await page.evaluate(`for (let n = 51; n <= 54; n++) hotlead.track("Large", { n, x: '見'.repeat(5000) })`)
    expect((await names()).slice(-3)).toEqual([52, 53, 54])
    expect(Buffer.byteLength((await queue(page)).join('\n'))).toBeLessThanOrEqual(60_000)
    expect((await queue(page)).length).toBeLessThanOrEqual(20)
    // What no edge would take pushes nothing out.
    const before = await names()
    await page.evaluate(`hotlead.track("Huge", { n: 55, x: 'x'.repeat(33_000) })`)
    expect(await names()).toEqual(before)
    await context.close()
  })

  test('what is older than a day stays behind: the edge would refuse it', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/recorded/old')
    await edge.received(1)
    const text = (ago: number, event: string) =>
      JSON.stringify({
        timestamp: new Date(Date.now() - ago).toISOString(),
        type: 'track',
        event,
        messageId: event,
      })
    const kept = [text(25 * 3_600_000, 'Yesterday'), text(23 * 3_600_000, 'Today')].join('\n')
    await page.evaluate(`localStorage.hotlead_queue_wk_demo = ${JSON.stringify(kept)}`)
    await site.visit(page, '/recorded/new')
    await until(
      () => queue(page),
      texts => texts.length === 0,
    )
    const names = edge.sent.map(e => e.event ?? e.context.page.path)
    expect(names).toEqual(['/recorded/old', 'Today', '/recorded/new'])
    await context.close()
  })
})

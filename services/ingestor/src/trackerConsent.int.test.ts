import { until } from '@hotlead/testkit'
import type { Page } from 'playwright-core'
import { RecordingEdge } from '../test/recordingEdge.ts'
import { describeInChromium, glance, stored, TrackedSite } from '../test/trackedSite.ts'

const NOTHING = { cookie: '', local: {} }

/** Who is asked, who agrees, and who does not. */
describeInChromium('the tracker and consent', () => {
  let site: TrackedSite
  let edge: RecordingEdge
  beforeAll(async () => {
    site = await TrackedSite.open()
    edge = await RecordingEdge.open(site.origin)
    site.serve('/asked', { attributes: 'data-consent="required"', body: FORM })
    site.serve('/recorded', { attributes: `data-host="${edge.url}"` })
    site.serve('/recorded/asked', { attributes: `data-host="${edge.url}" data-consent="required"` })
  }, 240_000)
  beforeEach(() => {
    edge.sent.length = 0
  })
  afterAll(async () => {
    edge?.close()
    await site?.close()
  })

  /** That nothing came, once what the page sends at the end would have: its own request comes after all the others. */
  async function leaves(page: Page): Promise<string[]> {
    await page.goto(`${site.origin}/recorded/end`)
    await until(
      () => edge.sent,
      sent => sent.some(e => e.context.page.path === '/recorded/end'),
    )
    return edge.sent.filter(e => e.context.page.path !== '/recorded/end').map(e => e.event ?? e.type)
  }

  test('required: nothing is stored or sent until the answer; then all of the page is, with the answer on each event', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    const requests: string[] = []
    context.on('request', r => r.url().includes('/v1/') && requests.push(r.url()))
    await site.visit(page, '/asked')
    await page.evaluate(`history.pushState({}, '', '/asked/prices'); document.forms[0].requestSubmit()`)
    await page.evaluate(`hotlead.identify('u-7', { plan: 'team' })`)
    expect(await stored(page)).toEqual(NOTHING)
    expect(requests).toEqual([])
    await page.evaluate('hotlead.consent({ analytics: true, ads: false })')
    const events = await site.arrived('/asked', 4)
    expect(events.map(glance)).toEqual(
      expect.arrayContaining([
        ['page', '/asked', '/asked'],
        ['page', '/asked', '/asked/prices'],
        ['track', 'Form Submitted', '/asked/prices'],
        ['identify', '', '/asked/prices'],
      ]),
    )
    for (const { activity } of events)
      expect(activity.event?.context).toMatchObject({
        'consent.categoryPreferences.analytics': true,
        'consent.categoryPreferences.ads': false,
      })
    const [id] = new Set(events.map(r => r.activity.event?.anonymousId))
    const { cookie, local } = await stored(page)
    expect(cookie).toContain(`hotlead_id=${id}`)
    expect(local).toMatchObject({ hotlead_id: id, hotlead_user: 'u-7' })
    // The next page does not ask again.
    await site.visit(page, '/asked/next')
    const next = (await site.arrived('/asked', 5))[4]?.activity.event
    expect([next?.page?.path, next?.anonymousId, next?.userId]).toEqual(['/asked/next', id, 'u-7'])
    expect(next?.context).toMatchObject({ 'consent.categoryPreferences.analytics': true })
    await context.close()
  })

  test('required: a page that is left unanswered sends nothing, and leaves nothing behind', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/recorded/asked')
    await page.evaluate(`hotlead.track('Before')`)
    await page.goto('about:blank')
    await site.visit(page, '/recorded/asked/two')
    expect(await stored(page)).toEqual(NOTHING)
    expect(await leaves(page)).toEqual([])
    await context.close()
  })

  test('required: what waits for the answer is at most 20 events, the latest', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/recorded/asked')
    await page.evaluate(`for (let n = 1; n <= 30; n++) hotlead.track('Many', { n })`)
    await page.evaluate('hotlead.consent({ analytics: true })')
    const numbers = (await edge.received(20)).map(e => e.properties?.n)
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, i) => 11 + i))
    await context.close()
  })

  test.each([
    ['false', '{ analytics: false }'],
    ['anything but true', '{ analytics: "denied" }'],
  ])(
    'refused by %s: what waited is dropped, only the answer is kept, and it holds on the next page',
    async (_name, answer) => {
      const context = await site.visitor()
      const page = await context.newPage()
      await site.visit(page, '/recorded/asked')
      await page.evaluate(`hotlead.consent(${answer})`)
      await page.evaluate(`hotlead.track('After'); hotlead.identify('u-7')`)
      const kept = await stored(page)
      expect([kept.cookie, Object.keys(kept.local)]).toEqual(['', ['hotlead_consent']])
      await site.visit(page, '/recorded/asked/two')
      // A change of mind brings what happens from now on, and nothing of before.
      await page.evaluate(
        `hotlead.track('Refused'); hotlead.consent({ analytics: true }); hotlead.track('Agreed')`,
      )
      expect((await edge.received(1)).map(e => e.event)).toEqual(['Agreed'])
      await context.close()
    },
  )

  test('refused and then agreed on the same page: what was before stays dropped', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/recorded/asked')
    await page.evaluate(
      `hotlead.track('Before'); hotlead.consent({ analytics: false }); hotlead.track('Refused')`,
    )
    await page.evaluate(`hotlead.consent({ analytics: true }); hotlead.track('Agreed')`)
    expect((await edge.received(1)).map(e => e.event)).toEqual(['Agreed'])
    await context.close()
  })

  test('an event carries the answer as it was when it happened', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/recorded/asked')
    await page.evaluate('hotlead.consent({ analytics: true, ads: true })')
    await edge.received(1)
    await context.setOffline(true)
    await page.evaluate(`hotlead.track('Agreed'); hotlead.consent({ ads: false }); hotlead.track('Less')`)
    await context.setOffline(false)
    const answers = (await edge.received(3)).slice(1).map(e => [e.event, e.context.consent])
    expect(answers).toEqual([
      ['Agreed', { categoryPreferences: { analytics: true, ads: true } }],
      ['Less', { categoryPreferences: { analytics: true, ads: false } }],
    ])
    await context.close()
  })

  test('an answer about something else leaves it open', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/recorded/asked')
    await page.evaluate('hotlead.consent({ ads: false })')
    expect(Object.keys((await stored(page)).local)).toEqual(['hotlead_consent'])
    await page.evaluate('hotlead.consent({ analytics: true })')
    const [view] = await edge.received(1)
    expect(view?.context.consent).toEqual({ categoryPreferences: { ads: false, analytics: true } })
    await context.close()
  })

  test('withdrawn: ids and queue are gone, the edge is told once, and no tab sends any more', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/recorded/agreed')
    const [view] = await edge.received(1)
    const other = await context.newPage()
    await site.visit(other, '/recorded/other')
    await edge.received(2)
    await page.evaluate(`hotlead.identify('u-7')`)
    await edge.received(3)
    edge.answer = { retryAfter: 3_600 }
    const refused = page.waitForResponse(r => r.status() === 503)
    await page.evaluate(`hotlead.track('Waits')`)
    await refused
    edge.answer = 'ok'
    await page.evaluate('hotlead.consent({ analytics: false })')
    const told = (await edge.received(5))[4]
    expect(told).toMatchObject({
      event: 'Consent Withdrawn',
      anonymousId: view?.anonymousId,
      context: { consent: { categoryPreferences: { analytics: false } } },
    })
    const kept = await stored(page)
    expect([kept.cookie, Object.keys(kept.local)]).toEqual(['', ['hotlead_consent']])
    await other.evaluate(`hotlead.track('Elsewhere')`)
    await other.goto('about:blank')
    await page.goto('about:blank')
    await site.visit(page, '/recorded/after')
    // Agreeing again makes another visitor of them.
    await page.evaluate(`hotlead.consent({ analytics: true }); hotlead.track('Again')`)
    const again = await until(
      () => edge.sent.find(e => e.event === 'Again'),
      event => event !== undefined,
    )
    expect(again?.anonymousId).not.toBe(view?.anonymousId)
    expect(edge.sent.map(e => e.event ?? e.type)).toEqual([
      'page',
      'page',
      'identify',
      'Waits',
      'Consent Withdrawn',
      'Again',
    ])
    await context.close()
  })
})

const FORM = `<form id="contact" onsubmit="return false"><input name="company" value="Acme"></form>`

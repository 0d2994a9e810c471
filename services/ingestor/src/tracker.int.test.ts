import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { until } from '@hotlead/testkit'
import {
  describeInChromium,
  glance,
  stored,
  TrackedSite,
  testWithPagesPutAside,
  tracked,
} from '../test/trackedSite.ts'

const CONTACT = `<form id="contact" action="/lead/thanks" method="post">
  <input name="first_name"><input type="email" name="your-mail"><input type="password" name="company">
  <input type="hidden" name="title" value="hidden"><input name="iban"><button>Send</button></form>`

/** Page views and forms, by the browser script in a real Chromium, from a page of another origin, into a real Kafka. */
describeInChromium('the tracker', () => {
  let site: TrackedSite
  beforeAll(async () => {
    site = await TrackedSite.open()
  }, 240_000)
  afterAll(() => site?.close())

  test('page view, route, back, form and the page after it; one visitor, then a lead; no preflight', async () => {
    site.serve('/lead', { body: CONTACT })
    const context = await site.visitor()
    const page = await context.newPage()
    const methods: string[] = []
    page.on('request', r => r.url().includes('/v1/') && methods.push(r.method()))
    await site.visit(page, '/lead?utm_source=mail&utm_campaign=spring&utm_email=geheim')
    await site.arrived('/lead', 1)
    await page.evaluate(
      `document.title = 'Route'; history.pushState({}, '', '/lead/pricing'); history.replaceState({ y: 1 }, '', '/lead/pricing')`,
    )
    await site.arrived('/lead', 2)
    await page.evaluate('history.back()')
    await site.arrived('/lead', 3)
    await page.fill('[name=first_name]', 'Ann')
    await page.fill('[type=email]', 'ann@example.com')
    await page.fill('[type=password]', 'geheim')
    await page.fill('[name=iban]', 'DE00')
    // The submit leaves the page: what is under way must arrive all the same.
    await page.click('button')
    await page.waitForURL(/thanks/)
    const events = await site.arrived('/lead', 5)
    expect(events.map(glance)).toEqual([
      ['page', '/lead', '/lead'],
      ['page', 'Route', '/lead/pricing'],
      ['page', 'Route', '/lead'],
      ['track', 'Form Submitted', '/lead'],
      ['page', '/lead/thanks', '/lead/thanks'],
    ])
    const [first, route, , form] = events.map(r => r.activity.event)
    expect(first?.context).toMatchObject({ 'campaign.source': 'mail', 'campaign.name': 'spring' })
    expect(JSON.stringify(first)).not.toContain('geheim')
    expect(route?.page?.referrer).toContain('/lead')
    expect(form?.properties).toEqual({ form: 'contact', 'first-name': 'Ann', email: 'ann@example.com' })
    expect(events[3]?.key).toBe(`demo/${leadSubject(DEMO_SECRET, { email: 'ann@example.com' })}`)
    expect(new Set(events.map(r => r.activity.event?.anonymousId)).size).toBe(1)
    expect(new Set(methods)).toEqual(new Set(['POST']))
    await context.close()
  })

  testWithPagesPutAside('back to a page that the browser had put aside is a page view', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/aside/first')
    await page.evaluate('globalThis.sameScript = true')
    await site.arrived('/aside', 1)
    await site.visit(page, '/aside/second')
    await site.arrived('/aside', 2)
    await page.goBack({ waitUntil: 'commit' })
    // Else this would be an ordinary load.
    await page.waitForFunction('globalThis.sameScript')
    await site.arrived('/aside', 3)
    await page.evaluate(`hotlead.track('Asked')`)
    const events = await site.arrived('/aside', 4)
    expect(events.map(glance)).toEqual([
      ['page', '/aside/first', '/aside/first'],
      ['page', '/aside/second', '/aside/second'],
      ['page', '/aside/first', '/aside/first'],
      ['track', 'Asked', '/aside/first'],
    ])
    expect(new Set(events.map(r => r.activity.event?.anonymousId)).size).toBe(1)
    await context.close()
  })

  // The same where the browser cannot: by the events that it would fire.
  test('a page that comes back from aside is a page view, one that is shown for the first time is no second', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/shown')
    await page.waitForLoadState()
    await site.arrived('/shown', 1)
    await page.evaluate(`for (const name of ['pagehide', 'pageshow'])
      dispatchEvent(new PageTransitionEvent(name, { persisted: true }))`)
    await site.arrived('/shown', 2)
    await page.evaluate(`hotlead.track('Asked')`)
    const events = await site.arrived('/shown', 3)
    expect(events.map(glance)).toEqual([
      ['page', '/shown', '/shown'],
      ['page', '/shown', '/shown'],
      ['track', 'Asked', '/shown'],
    ])
    await context.close()
  })

  test('a GET form puts a password into the address: neither that page view nor the next ones carry it', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    const bodies: string[] = []
    page.on('request', r => r.url().includes('/v1/') && bodies.push(r.postData() ?? ''))
    await site.visit(page, '/login')
    await page.evaluate(`document.body.innerHTML = ${JSON.stringify(LOGIN)}`)
    await page.click('button')
    await page.waitForURL(/found/)
    await tracked(page)
    await page.evaluate(`history.pushState({}, '', '/after')`)
    const last = await until(
      () => bodies.find(b => b.includes('"/after"')),
      b => b !== undefined,
    )
    expect(JSON.parse(last as string).batch[0].properties.referrer).toBe(
      `${site.origin}/found?email=&pw=&q=shoes`,
    )
    expect(bodies.some(b => b.includes('"search":"?email=&pw=&q=shoes"'))).toBe(true)
    expect(bodies.join()).not.toContain('geheim')
    // The address that a form's own field of type e-mail says is sent on purpose, by the submit only.
    const views = bodies
      .flatMap(b => JSON.parse(b).batch as { type: string }[])
      .filter(e => e.type === 'page')
    expect(JSON.stringify(views)).not.toContain('secret')
    await context.close()
  })

  test('reset: who comes after a logout is another visitor, also on the next page, and read the page from then on', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/logout')
    await page.evaluate(`hotlead.identify('u-1', { plan: 'team' })`)
    const before = await stored(page)
    await page.evaluate(`hotlead.reset(); hotlead.track('Reset')`)
    const after = await stored(page)
    expect([before.local.hotlead_user, after.local.hotlead_user]).toEqual(['u-1', undefined])
    expect(after.cookie).not.toContain('hotlead_user')
    await site.visit(page, '/logout/next')
    const events = await site.arrived('/logout', 4)
    const [first, told, reset, next] = events.map(r => r.activity.event)
    expect(events.map(glance).map(([, what]) => what)).toEqual(['/logout', '', 'Reset', '/logout/next'])
    expect([first, told, reset, next].map(e => e?.userId)).toEqual([null, 'u-1', null, null])
    expect(told?.anonymousId).toBe(first?.anonymousId)
    expect(reset?.anonymousId).not.toBe(first?.anonymousId)
    expect(next?.anonymousId).toBe(reset?.anonymousId)
    await context.close()
  })

  test('a form is read by its known fields only, whatever its fields are called', async () => {
    const context = await site.visitor()
    const page = await context.newPage()
    await site.visit(page, '/trap')
    await page.evaluate(`document.body.innerHTML = ${JSON.stringify(TRAP)}`)
    await page.evaluate(`document.forms[0].requestSubmit()`)
    const form = (await site.arrived('/trap', 2))[1]?.activity.event
    expect(form?.properties).toEqual({ form: 'trap', email: 'bo@example.com', phone: '1' })
    await context.close()
  })
})

const LOGIN = `<form action="/found"><input name="email" value="secret@example.com">
  <input type="password" name="pw" value="geheim"><input name="q" value="shoes"><button>Go</button></form>`

/** Fields named like what a script asks a form for, and secrets under innocent names. */
const TRAP = `<form id="trap" onsubmit="return false">
  <input name="elements" value="x"><input name="id" value="y"><input name="email" value="bo@example.com">
  <input type="password" name="name" value="secret"><input type="hidden" name="company" value="secret">
  <input type="checkbox" name="role" value="off"><input name="card" autocomplete="cc-number" value="secret">
  <input name="phone" value="1"></form>`

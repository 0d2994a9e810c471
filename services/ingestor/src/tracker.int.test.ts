import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { until } from '@hotlead/testkit'
import { type Browser, chromium } from 'playwright-core'
import { type Chromium, findChromium } from '../test/chromium.ts'
import { type Read, Stage } from '../test/stage.ts'

/** The browser script in a real Chromium, on a page of another origin, into a real Kafka. */
const found = findChromium()
const suite = found ? describe : describe.skip
if (!found)
  console.log(
    'tracker.int.test.ts skipped: no Chromium on this machine, and none in npm for it (apt-get install chromium)',
  )

suite('the tracker in Chromium', () => {
  let stage: Stage
  let browser: Browser
  let site: Server
  let origin: string
  /** Where the beacons go; empty: to the edge that the script came from. */
  let dataHost = ''
  beforeAll(async () => {
    stage = await Stage.open()
    const { url } = await stage.start()
    site = createServer((request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(`<!doctype html><title>${request.url?.split('?')[0]}</title>
        <script async src="${url}/tracker.js" data-key="wk_demo" data-host="${dataHost}"></script>
        <form id="contact" action="/thanks" method="post">
          <input name="first_name"><input type="email" name="your-mail"><input type="password" name="company">
          <input type="hidden" name="title" value="hidden"><input name="iban"><button>Send</button>
        </form>`)
    })
    await new Promise<void>(resolve => site.listen(0, '127.0.0.1', resolve))
    origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
    const { executablePath, env } = found as Chromium
    browser = await chromium.launch({
      executablePath,
      env: env as Record<string, string>,
      args: ['--no-sandbox'],
    })
  }, 240_000)
  afterAll(async () => {
    await browser?.close()
    site?.closeAllConnections()
    site?.close()
    await stage.close()
  })

  /** All events of the page's visitor, once there are as many as expected. */
  async function arrived(host: string, count: number): Promise<Read[]> {
    for (;;) {
      const found = (await stage.activity()).filter(r => r.activity.event?.page?.host === host)
      if (found.length >= count) return found.sort((a, b) => at(a) - at(b))
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  const at = (r: Read) => r.activity.event?.at ?? 0

  test('page view, route, back, form and the page after it; one visitor, then a lead; no preflight', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const methods: string[] = []
    page.on('request', r => r.url().includes('/v1/') && methods.push(r.method()))
    await page.goto(`${origin}/start?utm_source=mail&utm_campaign=spring`)
    await page.waitForFunction(() => 'hotlead' in globalThis)
    const host = new URL(origin).host
    await arrived(host, 1)
    await page.evaluate(
      `document.title = 'Route'; history.pushState({}, '', '/pricing'); history.replaceState({ y: 1 }, '', '/pricing')`,
    )
    await arrived(host, 2)
    await page.evaluate('history.back()')
    await arrived(host, 3)
    await page.fill('[name=first_name]', 'Ann')
    await page.fill('[type=email]', 'ann@example.com')
    await page.fill('[type=password]', 'geheim')
    await page.fill('[name=iban]', 'DE00')
    // The submit leaves the page: what is under way must arrive all the same.
    await page.click('button')
    await page.waitForURL(/thanks/)
    const events = await arrived(host, 5)
    expect(
      events.map(r => [r.activity.event?.type, r.activity.event?.name, r.activity.event?.page?.path]),
    ).toEqual([
      ['page', '/start', '/start'],
      ['page', 'Route', '/pricing'],
      ['page', 'Route', '/start'],
      ['track', 'Form Submitted', '/start'],
      ['page', '/thanks', '/thanks'],
    ])
    expect(events[0]?.activity.event?.context).toMatchObject({
      'campaign.source': 'mail',
      'campaign.name': 'spring',
    })
    expect(events[1]?.activity.event?.page?.referrer).toContain('/start')
    expect(events[3]?.activity.event?.properties).toEqual({
      form: 'contact',
      'first-name': 'Ann',
      email: 'ann@example.com',
    })
    expect(events[3]?.key).toBe(`demo/${leadSubject(DEMO_SECRET, { email: 'ann@example.com' })}`)
    expect(new Set(events.map(r => r.activity.event?.anonymousId)).size).toBe(1)
    expect(new Set(methods)).toEqual(new Set(['POST']))
    await context.close()
  })

  test('a GET form puts a password into the address: neither that page view nor the next ones carry it', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const bodies: string[] = []
    page.on('request', r => r.url().includes('/v1/') && bodies.push(r.postData() ?? ''))
    await page.goto(`${origin}/login`)
    await page.waitForFunction(() => 'hotlead' in globalThis)
    await page.evaluate(`document.body.innerHTML = ${JSON.stringify(LOGIN)}`)
    await page.click('button')
    await page.waitForURL(/found/)
    await page.waitForFunction(() => 'hotlead' in globalThis)
    await page.evaluate(`history.pushState({}, '', '/after')`)
    const last = await until(
      () => bodies.find(b => b.includes('"/after"')),
      b => b !== undefined,
    )
    expect(JSON.parse(last as string).batch[0].properties.referrer).toBe(`${origin}/found?email=&pw=&q=shoes`)
    expect(bodies.some(b => b.includes('"search":"?email=&pw=&q=shoes"'))).toBe(true)
    expect(bodies.join()).not.toContain('geheim')
    // The address that a form's own field of type e-mail says is sent on purpose, by the submit only.
    expect(bodies.filter(b => b.includes('"type":"page"')).join()).not.toContain('secret')
    await context.close()
  })

  test.each([
    ['Global Privacy Control', 'globalPrivacyControl', true],
    ['Do Not Track', 'doNotTrack', '1'],
  ])('nothing is sent or stored for a visitor with %s', async (_name, property, value) => {
    const context = await browser.newContext()
    await context.addInitScript(
      `Object.defineProperty(navigator, '${property}', { value: ${JSON.stringify(value)} })`,
    )
    const page = await context.newPage()
    const sent: string[] = []
    page.on('request', r => r.url().includes('/v1/') && sent.push(r.url()))
    await page.goto(`${origin}/private`)
    await page.waitForFunction(() => 'hotlead' in globalThis)
    await page.evaluate(`hotlead.track('x'); hotlead.identify('u', {}); history.pushState({}, '', '/other')`)
    expect(await page.evaluate('document.cookie + JSON.stringify(localStorage)')).toBe('{}')
    await page.goto('about:blank')
    expect(sent).toEqual([])
    await context.close()
  })

  test('refused for now: sent again when asked to; a page left before that sends it as it goes, under the same id', async () => {
    // An edge that is busy: the first answer of each page asks for a pause of so many seconds.
    const received: { path: string | undefined; messageId: string }[] = []
    let pause: number | undefined
    const busy = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      for (const { messageId } of (JSON.parse(body) as { batch: { messageId: string }[] }).batch)
        received.push({ path: request.url, messageId })
      response.setHeader('access-control-allow-origin', origin)
      response.setHeader('access-control-expose-headers', 'retry-after')
      if (pause !== undefined) response.writeHead(503, { 'retry-after': String(pause) })
      pause = undefined
      response.end()
    })
    await new Promise<void>(resolve => busy.listen(0, '127.0.0.1', resolve))
    dataHost = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`
    const context = await browser.newContext()
    try {
      const page = await context.newPage()
      pause = 1
      await page.goto(`${origin}/busy`)
      await until(
        () => received.length,
        n => n === 2,
      )
      pause = 3_600
      const answered = page.waitForResponse(r => r.status() === 503)
      await page.goto(`${origin}/left`)
      await answered
      await page.goto('about:blank')
      await until(
        () => received.length,
        n => n === 4,
      )
      const ids = received.map(r => r.messageId)
      expect([ids[1], ids[3]]).toEqual([ids[0], ids[2]])
      expect(new Set(ids).size).toBe(2)
    } finally {
      dataHost = ''
      await context.close()
      busy.close()
    }
  })

  test('a form is read by its known fields only, whatever its fields are called', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    await page.goto(`${origin}/trap`)
    await page.waitForFunction(() => 'hotlead' in globalThis)
    await page.evaluate(`document.body.innerHTML = ${JSON.stringify(TRAP)}`)
    const sent = page.waitForRequest(r => r.url().includes('/v1/') && (r.postData() ?? '').includes('Form'))
    await page.evaluate(`document.forms[0].requestSubmit()`)
    const body = JSON.parse((await sent).postData() as string)
    expect(body.batch[0].properties).toEqual({ form: 'trap', email: 'bo@example.com', phone: '1' })
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

import { until } from '@hotlead/testkit'
import { findChromium } from '../chromium.ts'
import { counts, keyOfUser } from '../counts.ts'
import { CHROME, openSite, type Site } from '../site.ts'
import { staged } from '../stage.ts'

/** RudderStack's Pixel API by a real browser: an image on a page of another origin, as in a mail or on an AMP page. */
const suite = findChromium() ? describe : describe.skip

suite('an image in Chromium', () => {
  const edge = staged()
  let site: Site
  beforeAll(async () => {
    site = await openSite('<!doctype html><title>Mail</title>', {})
  }, 240_000)
  afterAll(() => site?.close())

  test('it is one, loaded anew each time; each load is an event', async () => {
    const visitor = await site.visitor()
    const page = await visitor.newPage()
    await page.goto(site.origin)
    const query = new URLSearchParams({
      writeKey: 'wk_demo',
      userId: 'reader',
      event: 'Email Opened',
      'properties.campaign': 'spring',
      'context.page.url': 'https://mail.example/spring',
    })
    const source = JSON.stringify(`${edge.url}/pixel/v1/track?${query}`)
    const load = `new Promise((resolve, reject) => {
      const image = Object.assign(new Image(), { onerror: reject, src: ${source} })
      image.onload = () => resolve([image.naturalWidth, image.naturalHeight])
    })`
    expect(await page.evaluate(load)).toEqual([1, 1])
    await page.reload()
    expect(await page.evaluate(load)).toEqual([1, 1])
    const own = async () => (await edge.stage.activity()).filter(r => r.key === keyOfUser('reader'))
    const records = await until(own, found => found.length >= 2)
    for (const { activity } of records)
      expect(activity.event).toMatchObject({
        type: 'track',
        name: 'Email Opened',
        properties: { campaign: 'spring' },
        page: { host: 'mail.example', path: '/spring' },
        userAgent: CHROME,
        flags: [],
      })
    expect(await counts(records)).toEqual({ [keyOfUser('reader')]: { track: 2 } })
    await visitor.close()
  })
})

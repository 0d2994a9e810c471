import { RecordingEdge } from '../test/recordingEdge.ts'
import { describeInChromium, stored, TrackedSite } from '../test/trackedSite.ts'

const NOTHING = { cookie: '', local: {} }

/** Who says so in the browser's settings, for all sites at once. */
describeInChromium('the tracker and those who opted out', () => {
  let site: TrackedSite
  let edge: RecordingEdge
  beforeAll(async () => {
    site = await TrackedSite.open()
    edge = await RecordingEdge.open(site.origin)
    site.serve('/recorded', { attributes: `data-host="${edge.url}"` })
    site.serve('/recorded/gpc-ignored', { attributes: `data-host="${edge.url}" data-gpc="ignore"` })
    site.serve('/recorded/dnt-ignored', { attributes: `data-host="${edge.url}" data-dnt="ignore"` })
  }, 240_000)
  beforeEach(() => {
    edge.sent.length = 0
  })
  afterAll(async () => {
    edge?.close()
    await site?.close()
  })

  test.each([
    ['Global Privacy Control', 'globalPrivacyControl', true, 'gpc'],
    ['Do Not Track', 'doNotTrack', '1', 'dnt'],
  ])(
    '%s: nothing is sent or stored, whatever is called; what was stored goes; the site may ignore it',
    async (_name, property, value, attribute) => {
      const context = await site.visitor()
      await context.addInitScript(
        `Object.defineProperty(navigator, '${property}', { value: ${JSON.stringify(value)} })`,
      )
      const page = await context.newPage()
      const other = attribute === 'gpc' ? 'dnt' : 'gpc'
      for (const path of ['/recorded/private', `/recorded/${other}-ignored`]) {
        await site.visit(page, path)
        await page.evaluate(`hotlead.track('x'); hotlead.identify('u', {}); hotlead.consent({ analytics: true });
        hotlead.page(); history.pushState({}, '', '/recorded/route')`)
        expect(await stored(page)).toEqual(NOTHING)
      }
      await page.evaluate(
        `document.cookie = 'hotlead_id=a-1;Path=/'; localStorage.hotlead_queue_wk_demo = 'x'`,
      )
      await site.visit(page, '/recorded/private')
      expect(await stored(page)).toEqual(NOTHING)
      await site.visit(page, `/recorded/${attribute}-ignored`)
      await edge.received(1)
      expect(edge.sent.map(e => [e.type, e.context.page.path])).toEqual([
        ['page', `/recorded/${attribute}-ignored`],
      ])
      await context.close()
    },
  )
})

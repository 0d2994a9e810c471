import type { Server } from 'node:http'
import type { Page } from 'playwright-core'
import { RecordingEdge } from '../test/recordingEdge.ts'
import { closed, describeInChromium, listening, originOf, TrackedSite } from '../test/trackedSite.ts'

/** Links out of the site and files, clicked as a visitor clicks them. */
describeInChromium('the tracker’s links', () => {
  let site: TrackedSite
  let edge: RecordingEdge
  let elsewhere: Server
  let away: string
  beforeAll(async () => {
    site = await TrackedSite.open()
    edge = await RecordingEdge.open(site.origin)
    elsewhere = await listening(async () => '<!doctype html><title>elsewhere</title>')
    away = originOf(elsewhere)
    const body = `<a id="out" href="${away}/a?token=geheim&b=1"><b>Partner</b></a>
      <a id="person" href="${away.replace('//', '//ann:geheim@')}/c">As Ann</a>
      <a id="file" href="/links/prices.PDF?sid=geheim">Prices</a>
      <a id="saved" href="/links/report" download>Report</a>
      <a id="far" href="${away}/far.zip">Archive</a>
      <a id="inside" href="/links/inside">Inside</a>
      <a id="mail" href="mailto:ann@example.com">Mail</a>
      <a id="none">No address</a>
      <div id="shadow"></div>
      <script>
        document.querySelector('#shadow').attachShadow({ mode: 'open' }).innerHTML =
          '<a id="deep" href="${away}/deep"><i>Deep</i></a>'
        // A click that goes nowhere: what is told of it is the same, and the page stays.
        function stay() { addEventListener('click', event => event.preventDefault()) }
      </script>`
    site.serve('/links', { body })
    site.serve('/recorded', { body, attributes: `data-host="${edge.url}"` })
  }, 240_000)
  beforeEach(() => {
    edge.sent.length = 0
    edge.answer = 'ok'
  })
  afterAll(async () => {
    edge?.close()
    if (elsewhere) closed(elsewhere)
    await site?.close()
  })

  async function opened(path: string): Promise<Page> {
    const page = await (await site.visitor()).newPage()
    await site.visit(page, path)
    return page
  }

  test('a link to elsewhere leaves at once, although the edge never answers, and is told all the same', async () => {
    edge.answer = 'never'
    const page = await opened('/recorded/hanging')
    await edge.received(1)
    await page.click('#out')
    await page.waitForURL(`${away}/**`)
    const [, link] = await edge.received(2)
    expect([link?.event, link?.properties]).toEqual(['Link Clicked', { url: `${away}/a?token=&b=1` }])
    await page.context().close()
  })

  test('what counts as a link to elsewhere, what as a file, and what as neither', async () => {
    const page = await opened('/links/kinds')
    await site.arrived('/links/kinds', 1)
    await page.evaluate('stay()')
    for (const id of ['out', 'person', 'file', 'saved', 'far', 'inside', 'mail', 'none', 'deep'])
      await page.click(`#${id}`)
    const events = await site.arrived('/links/kinds', 7)
    // Nothing of the others comes later: what is told last has come.
    await page.evaluate(`hotlead.track('Last')`)
    const all = (await site.arrived('/links/kinds', 8)).map(r => r.activity.event)
    expect(events).toHaveLength(7)
    expect(all.slice(1).map(e => [e?.name, e?.properties.url])).toEqual([
      ['Link Clicked', `${away}/a?token=&b=1`],
      ['Link Clicked', `${away}/c`],
      ['File Downloaded', `${site.origin}/links/prices.PDF?sid=`],
      ['File Downloaded', `${site.origin}/links/report`],
      ['File Downloaded', `${away}/far.zip`],
      ['Link Clicked', `${away}/deep`],
      ['Last', undefined],
    ])
    await page.context().close()
  })

  test('the middle button opens a link as well, the right one does not', async () => {
    const page = await opened('/links/buttons')
    await site.arrived('/links/buttons', 1)
    await page.click('#far', { button: 'right' })
    await page.click('#out', { button: 'middle' })
    await page.evaluate(`hotlead.track('Last')`)
    const events = (await site.arrived('/links/buttons', 3)).map(r => r.activity.event)
    expect(events.slice(1).map(e => e?.name)).toEqual(['Link Clicked', 'Last'])
    await page.context().close()
  })
})

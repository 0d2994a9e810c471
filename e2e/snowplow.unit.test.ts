import { SNOWPLOW, SNOWPLOW_PIXEL } from '@hotlead/beacon'
import { InMemory, NOON } from './test/inMemory.ts'

/** What Snowplow's trackers say is scored as anybody's, by a model that knows nothing of them. */

const packed = (json: unknown) => Buffer.from(JSON.stringify(json)).toString('base64url')
const iglu = (name: string, data: unknown) => ({
  schema: `iglu:com.snowplowanalytics.snowplow/${name}/jsonschema/1-0-0`,
  data,
})
const event = (eid: string, more: object) => ({ eid, aid: 'wk_demo', duid: 'a', dtm: String(NOON), ...more })
const view = (eid: string, path: string) =>
  event(eid, { e: 'pv', url: `https://www.acme.example${path}`, page: path })
const form = (eid: string, email: string) => {
  const elements = [{ name: 'contact', value: email, nodeName: 'INPUT', type: 'email' }]
  const said = iglu('unstruct_event', iglu('submit_form', { formId: 'contact', elements }))
  return event(eid, { e: 'ue', ue_px: packed(said) })
}
const body = (...data: object[]) => JSON.stringify(iglu('payload_data', data))

const ANN = 'ann@example.com'

test('the price page twice, one page more, and a form with an address: a HOT lead, with its visitor’s past', async () => {
  const all = await InMemory.open()
  const events = [
    view('1', '/blog'),
    view('2', '/pricing'),
    view('3', '/pricing?utm_source=mail'),
    form('4', ANN),
  ]
  expect(await all.send(SNOWPLOW, body(...events))).toBe('ok')
  expect(all.counts(ANN)).toMatchObject({ 'page-view': 3, pricing: 2, 'form-submit': 1 })
  expect(all.hot().map(h => [h.lead, h.millipoints])).toEqual([[all.key(ANN).slice('demo/'.length), 49_000]])
})

test('what is sent again, because an answer was lost or slow, counts once: by either way, and in any mixture', async () => {
  const all = await InMemory.open()
  const first = [view('1', '/pricing'), view('2', '/pricing')]
  await all.send(SNOWPLOW, body(...first))
  await all.send(SNOWPLOW, body(...first, view('3', '/blog'), form('4', ANN)))
  await all.send(SNOWPLOW, body(form('4', ANN)))
  const again = new URLSearchParams({ ...view('3', '/blog'), stm: String(NOON) })
  await all.send(SNOWPLOW_PIXEL, again.toString())
  expect(all.counts(ANN)).toMatchObject({ 'page-view': 3, pricing: 2, 'form-submit': 1 })
  expect(all.hot()).toHaveLength(1)
})

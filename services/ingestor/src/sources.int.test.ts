import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { post, Stage } from '../test/stage.ts'

/** What a file of sources changes at the edge. */
let stage: Stage
let url: string
beforeAll(async () => {
  stage = await Stage.open()
  const path = join(mkdtempSync(join(tmpdir(), 'hotlead-')), 'sources.yaml')
  writeFileSync(
    path,
    `
workspaces:
  - name: acme
    sources:
      - { name: forms, writeKey: wk_forms_0123456789, names: { hs_form_submit: Form Submitted } }
      - { name: slow, writeKey: wk_slow_01234567890, secretKey: sk_slow_0123456789abcdefgh, eventsPerSecond: 1 }
`,
  )
  url = (await stage.start({ HOTLEAD_SOURCES: path })).url
}, 240_000)
afterAll(() => stage.close())

test('names are mapped by the source that sends them', async () => {
  const [own, others] = [randomUUID(), randomUUID()]
  const form = (messageId: string) => ({ messageId, anonymousId: 'a', event: 'hs_form_submit' })
  await post(`${url}/v1/track`, form(own), { 'x-write-key': 'wk_forms_0123456789' })
  await post(`${url}/v1/track`, form(others), { 'x-write-key': 'wk_slow_01234567890' })
  const events = await stage.events(own, others)
  expect(events.map(r => [r.key, r.activity.event?.source, r.activity.event?.name])).toEqual([
    ['acme/v:a', 'forms', 'Form Submitted'],
    ['acme/v:a', 'slow', 'hs_form_submit'],
  ])
})

test('a write key over its rate: 429 with whole seconds to wait; its secret key is not held back', async () => {
  const batch = (size: number) => ({
    batch: Array.from({ length: size }, () => ({ type: 'page', anonymousId: 'b', messageId: randomUUID() })),
  })
  const write = { 'x-write-key': 'wk_slow_01234567890' }
  expect((await post(`${url}/v1/batch`, batch(100), write)).status).toBe(200)
  const over = await post(`${url}/v1/batch`, batch(1), write)
  expect([over.status, over.json.error]).toEqual([429, 'rate_limited'])
  expect(Number(over.headers.get('retry-after'))).toBeGreaterThanOrEqual(80)
  expect(over.headers.get('retry-after')).toMatch(/^\d+$/)
  const secret = { 'x-write-key': 'sk_slow_0123456789abcdefgh' }
  expect((await post(`${url}/v1/batch`, batch(1), secret)).status).toBe(200)
})

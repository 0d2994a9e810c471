import { mailKey, signToken } from '@hotlead/beacon'
import { leadSubject } from '@hotlead/contracts'
import { DEMO_SECRET } from '@hotlead/service'
import { until } from '@hotlead/testkit'
import { Stage } from '../test/stage.ts'

/** Mails' pixels and links through the running ingestor into a real Kafka. */
let stage: Stage
beforeAll(async () => {
  stage = await Stage.open()
}, 240_000)
afterAll(() => stage.close())

const [OLD, NEW] = [
  { id: 'old', secret: 'secret-of-last-year' },
  { id: 'new', secret: 'secret-of-this-year' },
]
const lead = leadSubject(DEMO_SECRET, { email: 'ann@example.com' })
const TARGET = 'https://www.example.com/pricing'
const setting = (...keys: (typeof OLD)[]) => ({
  HOTLEAD_MAIL_KEYS: keys.map(k => `${k.id}:${k.secret}`).join(','),
})

function urls(url: string, message: string, key = NEW) {
  const mail = { workspace: 'demo', lead, message }
  const click = { link: 'price', target: TARGET }
  const sign = (m: Parameters<typeof signToken>[0]) => signToken(m, mailKey(key, 'demo'))
  return {
    open: `${url}/e/o/${sign({ ...mail, click: undefined })}.gif`,
    click: `${url}/e/c/${sign({ ...mail, click })}`,
  }
}
const get = (url: string) =>
  fetch(url, {
    redirect: 'manual',
    headers: { 'user-agent': 'Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15' },
  })

async function logged(message: string) {
  const all = await stage.activity()
  return all.filter(r => r.activity.event?.properties.email_id === message)
}

test('an open and a click are in the log under the lead’s key, by any of the secrets', async () => {
  const { url } = await stage.start(setting(NEW, OLD))
  expect((await get(urls(url, 'm-1').open)).status).toBe(200)
  expect((await get(urls(url, 'm-1', OLD).click)).headers.get('location')).toBe(TARGET)
  const records = await until(
    () => logged('m-1'),
    found => found.length >= 2,
  )
  expect(records.map(r => r.key)).toEqual([`demo/${lead}`, `demo/${lead}`])
  expect(records.map(r => r.activity.event?.name)).toEqual(['Email Opened', 'Email Link Clicked'])
  expect(records[1]?.activity.event?.properties).toEqual({
    email_id: 'm-1',
    link_id: 'price',
    link_url: TARGET,
  })
  const metrics = await (await fetch(`${url}/metrics`)).text()
  expect(metrics).toMatch(/mail_loads_total\{kind="open",fate="acknowledged",service="ingestor"\} 1/)
  expect(metrics).toMatch(/accepted_total\{format="mail",service="ingestor"\} 2/)
})

test('a secret that was taken out signs nothing any more', async () => {
  const { url } = await stage.start(setting(NEW))
  expect((await get(urls(url, 'm-2', OLD).open)).status).toBe(404)
  const click = await get(urls(url, 'm-2', OLD).click)
  expect([click.status, click.headers.get('location')]).toEqual([404, null])
  expect((await get(urls(url, 'm-2').click)).status).toBe(302)
})

test('without any, the installation’s own secret under the id 0', async () => {
  const { url } = await stage.start()
  const { open } = urls(url, 'm-3', { id: '0', secret: DEMO_SECRET })
  expect((await get(open)).status).toBe(200)
})

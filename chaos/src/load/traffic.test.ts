import { RECENT_IDS } from '@hotlead/contracts'
import { FLOOD_LIMIT } from './floods.ts'
import type { Request } from './request.ts'
import { traffic } from './traffic.ts'

const NOW = Date.UTC(2026, 0, 15)

function requests(seed: number, round: number, count = 3_000): Request[] {
  const next = traffic(seed, round)
  return Array.from({ length: count }, (_, i) => next(NOW + i))
}
const sent = (list: Request[]) => list.map(r => `${r.path} ${r.key} ${r.body(NOW)}`).join('\n')

test('the same seed and round make the same requests; another round others, under other ids', () => {
  // As text: a difference between thousands of objects takes minutes to print.
  const [one, other] = [sent(requests(1, 1)), sent(requests(1, 1))]
  expect(one === other).toBe(true)
  const ids = new Set(requests(1, 1).flatMap(r => r.ids))
  expect(
    requests(1, 2)
      .flatMap(r => r.ids)
      .some(id => ids.has(id)),
  ).toBe(false)
})

test('a retry carries the same events and another sentAt', () => {
  for (const request of requests(1, 1, 200)) {
    const [first, second] = [request.body(NOW), request.body(NOW + 60_000)]
    if (request.path.endsWith('follow-ups')) expect(first).toBe(second)
    else expect(first.replaceAll(/"sentAt":"[^"]*"/g, '')).toBe(second.replaceAll(/"sentAt":"[^"]*"/g, ''))
  }
})

test('has duplicates, late and future events, bad ones, links, follow-ups and people who rise within seconds', () => {
  const list = requests(3, 1)
  const ids = list.flatMap(r => r.ids)
  expect(ids.length - new Set(ids).size).toBeGreaterThan(ids.length / 100)
  const text = sent(list)
  const times = [...text.matchAll(/"timestamp":"([^"]*)"/g)].map(m => Date.parse(m[1] as string))
  expect(times.filter(t => t < NOW - 3_600_000).length).toBeGreaterThan(100)
  expect(times.filter(t => t > NOW + 600_000).length).toBeGreaterThan(20)
  expect(list.flatMap(r => r.invalid).length).toBeGreaterThan(20)
  expect(text).toMatch(/"type":"identify","anonymousId"|"anonymousId":"[^"]*","traits":\{"email"/)
  expect(list.filter(r => r.path.endsWith('follow-ups')).length).toBeGreaterThan(50)
  // Some come again with a name that the first copy had not.
  const events = list.flatMap(r => {
    const body = JSON.parse(r.body(NOW))
    return (body.batch ?? [body]) as { messageId: string; userId?: string }[]
  })
  const copies = [...Map.groupBy(events, e => e.messageId).values()]
  expect(copies.filter(c => new Set(c.map(e => e.userId)).size > 1).length).toBeGreaterThan(20)
  const risen = list.filter(r => /\/climber-.*follow-ups$/.test(r.path)).length
  expect(risen).toBeGreaterThan(10)
})

test('has what the model asks for: orders, products by every spelling, traits, shoppers and rivals', () => {
  const text = sent(requests(3, 1))
  const count = (what: RegExp) => [...text.matchAll(what)].length
  expect(count(/"total":\d/g)).toBeGreaterThan(300)
  expect(new Set(text.match(/\/products\/p-\d+/g)).size).toBeGreaterThan(100)
  expect(count(/\/PRODUCTS\/P-\d+\//g)).toBeGreaterThan(50)
  expect(count(/"employees":/g)).toBeGreaterThan(100)
  expect(count(/rival\.example/g)).toBeGreaterThan(20)
  // More pages and, an hour apart, nearly more visits of one than a lead's facts keep, in one round.
  expect(count(/"anonymousId":"shopper-3"/g)).toBeGreaterThan(32)
})

test('tells of mails: of people’s, of sweeps, honeypots and deliveries that come after the click, and some twice', () => {
  const list = requests(3, 1).filter(r => r.path === '/v1/batch' && r.body(NOW).includes('"email_id"'))
  type Told = { event: string; timestamp: string; properties: { email_id: string; link_url?: string } }
  const told = list.flatMap(r => JSON.parse(r.body(NOW)).batch as Told[])
  const byMail = [...Map.groupBy(told, e => e.properties.email_id).values()]
  const isClick = (e: Told) => e.event === 'Email Link Clicked'
  expect(list.every(r => r.key === 'sk_demo')).toBe(true)
  expect(byMail.length).toBeGreaterThan(50)
  expect(told.filter(e => e.properties.link_url?.includes('hotlead=honeypot')).length).toBeGreaterThan(5)
  const links = (m: Told[]) => new Set(m.filter(isClick).map(e => e.properties.link_url)).size
  expect(byMail.filter(m => links(m) > 2).length).toBeGreaterThan(10)
  const last = byMail.filter(m => m.length > 1 && m.at(-1)?.event === 'Email Delivered' && m.some(isClick))
  expect(last.length).toBeGreaterThan(10)
  const ids = list.flatMap(r => r.ids)
  expect(ids.length).toBe(told.length)
  expect(ids.length - new Set(ids).size).toBeGreaterThan(5)
})

test('floods: more pages of one visitor at once than an ingestor takes for a person’s, and fewer than its ids that are remembered', () => {
  const floods = requests(3, 1).filter(r => r.ids[0]?.includes('-machine-'))
  expect(floods.length).toBeGreaterThan(5)
  for (const { ids } of floods) {
    expect(ids.length).toBeGreaterThan(Number(FLOOD_LIMIT.HOTLEAD_PAGES_BURST))
    expect(ids.length).toBeLessThan(RECENT_IDS)
  }
  const named = floods.filter(f => f.body(NOW).includes('"email"')).length
  expect([named > 0, named < floods.length]).toEqual([true, true])
})

test('only what an ingestor takes: by a write key nothing older than a day', () => {
  const bodies = requests(5, 1).flatMap(r => (r.key === 'sk_demo' ? [] : r.body(NOW)))
  const times = bodies.flatMap(body =>
    [...body.matchAll(/"timestamp":"([^"]*)"/g)].map(m => Date.parse(m[1] as string)),
  )
  expect(Math.min(...times)).toBeGreaterThan(NOW - 24 * 3_600_000)
})

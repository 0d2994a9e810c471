import { readFileSync } from 'node:fs'
import type { Event } from '@hotlead/contracts'
import { firstTier, judge, type Model, newLead, observe, parseModel, signalsOf } from '@hotlead/model'
import { decisiveDue, hotTraffic, ingestTraffic, roleOf } from './beacons.ts'
import { PAGES } from './site.ts'

interface Sent {
  path: string
  events: { type: string; anonymousId: string; event?: string; properties: { path?: string } }[]
}

/** A request as a server reads it. */
function read(bytes: string): Sent {
  const [head = '', body = ''] = bytes.split('\r\n\r\n')
  expect(Number(/Content-Length: (\d+)/.exec(head)?.[1])).toBe(Buffer.byteLength(body))
  const json = JSON.parse(body)
  return { path: head.split(' ')[1] as string, events: json.batch ?? [json] }
}

function model(): Model {
  const url = new URL('../../../models/default.yaml', import.meta.url)
  const parsed = parseModel(readFileSync(url, 'utf8'))
  if (!parsed.ok) throw new Error('models/default.yaml does not load')
  return parsed.model
}

const NOW = Date.UTC(2026, 0, 1)

function tierAfter(events: Sent['events']): string {
  const m = model()
  let lead = newLead()
  events.forEach(({ type, event, properties }, i) => {
    const seen = { type, name: event ?? '', page: { path: properties.path }, flags: [] } as unknown as Event
    lead = observe(m, lead, { at: NOW, signals: signalsOf(m, seen), id: i, what: '' }, NOW)
  })
  const standing = { tier: firstTier(m), since: 0, left: [] }
  return judge(m, lead, standing as never, NOW)
}

const plan = { rate: 500, hotPerSecond: 20 }

test('single events and batches, on their paths', () => {
  expect(read(ingestTraffic('r', 1, 5)(0).bytes)).toMatchObject({
    path: '/v1/t',
    events: [{ type: 'track' }],
  })
  const batch = ingestTraffic('r', 10, 5)(0)
  expect(batch.events).toBe(10)
  expect(read(batch.bytes)).toMatchObject({ path: '/v1/b', events: { length: 10 } })
})

test('each visitor that becomes HOT does so by its decisive beacon, and nobody else does', () => {
  const traffic = hotTraffic('r', plan, 20, false)
  const byVisitor = new Map<string, Sent['events']>()
  const order = Array.from({ length: 5_000 }, (_, n) => {
    const [event] = read(traffic(n).bytes).events as [Sent['events'][number]]
    byVisitor.set(event.anonymousId, [...(byVisitor.get(event.anonymousId) ?? []), event])
    return event.anonymousId
  })
  const due = decisiveDue(plan, 0, 0, 5_000, 'r')
  // Ten seconds of 20 a second, less the first two seconds in which nobody has looked at the price yet.
  expect(due.size).toBe(160)
  for (const [subject, at] of due) {
    const visitor = subject.slice(2)
    const events = byVisitor.get(visitor) ?? []
    expect(order.lastIndexOf(visitor)).toBe((at * plan.rate) / 1000)
    expect([tierAfter(events.slice(0, -1)), tierAfter(events)]).toEqual(['WARM', 'HOT'])
  }
  for (const [visitor, events] of byVisitor)
    if (visitor.startsWith('r-visitor-')) expect(tierAfter(events)).not.toBe('HOT')
})

test('not even somebody who sees every page many times', () => {
  const all = Array.from({ length: 39 }, (_, i) => PAGES[i % PAGES.length] as string)
  expect(tierAfter(all.map(path => ({ type: 'page', anonymousId: 'v', properties: { path } })))).toBe('WARM')
})

test('beacons before the seconds that count, and after them, are not expected', () => {
  const due = decisiveDue(plan, 1_000, 2_000, 3_000, 'r')
  expect(due.size).toBe(40)
  expect(Math.min(...due.values())).toBe(1_000 + 4_000)
  expect(Math.max(...due.values())).toBeLessThan(1_000 + 6_000)
})

test('where more should become HOT than there are beacons, every third one decides', () => {
  expect([0, 1, 2, 3].map(n => roleOf({ rate: 10, hotPerSecond: 20 }, n)?.role)).toEqual([
    undefined,
    'pricing',
    'pricing',
    undefined,
  ])
})

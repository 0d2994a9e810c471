import { Batches } from './batches.ts'
import type { PageEvent } from './pageView.ts'

const event = (anonymousId: string, path = '/'): PageEvent => ({
  type: 'page',
  messageId: 'm',
  anonymousId,
  timestamp: '2026-01-02T00:00:00.000Z',
  properties: { path, search: '', referrer: '' },
  context: { ip: '192.0.2.1', userAgent: '' },
})

function all(events: PageEvent[]) {
  const batches = new Batches()
  const found = events.flatMap((e, i) => batches.add(e, i + 1) ?? [])
  const last = batches.take()
  return last ? [...found, last] : found
}

test('nothing gets lost, order is kept, and each batch names its last line', () => {
  const events = Array.from({ length: 450 }, (_, i) => event(`v${i}`))
  const batches = all(events)
  expect(batches.map(b => [b.events.length, b.lines])).toEqual([
    [200, 200],
    [200, 400],
    [50, 450],
  ])
  expect(batches.flatMap(b => b.events)).toEqual(events)
})

test('one visitor has at most 16 in a batch, so that its last 32 ids tell a repeat', () => {
  const events = Array.from({ length: 100 }, (_, i) => event(i % 2 === 0 ? 'busy' : `v${i}`))
  for (const { events: some } of all(events))
    expect(some.filter(e => e.anonymousId === 'busy').length).toBeLessThanOrEqual(16)
  expect(all(events).map(b => b.events.length)).toEqual([32, 32, 32, 4])
})

test('a batch stays below 250 KB, whatever the paths', () => {
  const events = Array.from({ length: 60 }, (_, i) => event(`v${i}`, `/${'ä'.repeat(10_000)}`))
  for (const { events: some } of all(events))
    expect(Buffer.byteLength(JSON.stringify(some))).toBeLessThan(260_000)
  expect(all(events).flatMap(b => b.events)).toHaveLength(60)
})

test('nothing is no batch', () => expect(new Batches().take()).toBeUndefined())

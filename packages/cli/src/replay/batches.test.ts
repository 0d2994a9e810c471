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
  const batches = new Batches<PageEvent>(16)
  const found = events.flatMap((e, i) => batches.add(e, [e.anonymousId], i + 1) ?? [])
  const last = batches.take()
  return last ? [...found, last] : found
}

test('nothing gets lost, order is kept, and each event keeps its line', () => {
  const events = Array.from({ length: 450 }, (_, i) => event(`v${i}`))
  const batches = all(events)
  expect(batches.map(b => [b.events.length, b.at[0], b.at.at(-1)])).toEqual([
    [200, 1, 200],
    [200, 201, 400],
    [50, 401, 450],
  ])
  expect(batches.flatMap(b => b.events)).toEqual(events)
})

test('one visitor has at most so many in a batch', () => {
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

test('nothing is no batch', () => expect(new Batches(1).take()).toBeUndefined())

test('whoever an event is about is counted', () => {
  const batches = new Batches<string>(2)
  for (const [i, about] of [['a', 'x'], ['b', 'x'], ['c']].entries())
    expect(batches.add('e', about, i)).toBeUndefined()
  expect([batches.has('x'), batches.has('y'), batches.size]).toEqual([true, false, 3])
  const full = batches.add('e', ['d', 'x'], 3)
  expect([...(full?.about ?? [])]).toEqual([
    ['a', 1],
    ['x', 2],
    ['b', 1],
    ['c', 1],
  ])
  expect([batches.has('x'), batches.has('a'), batches.size]).toEqual([true, false, 1])
})

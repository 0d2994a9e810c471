import type { Admitted, Source } from '@hotlead/beacon'
import type { Charge } from '../quota/quotas.ts'
import { limit } from './limit.ts'

const KEY = { rate: 5, burst: 50 }
const WORKSPACE = { rate: 100, burst: 1_000 }

/** What is charged for three events, and what they are told. */
function told(limits: Source['limits'], wait: number, events = 3) {
  const charged: [string[], number][] = []
  const step = limit({
    take(charges: readonly Charge[], count) {
      charged.push([charges.map(c => c.name), count])
      return wait
    },
  })
  const admitted = { source: { workspace: 'w', key: 'abc', limits }, events: Array(events).fill({}) }
  return { outcome: step(admitted as unknown as Admitted), charged }
}

test.each<[string, Source['limits'], [string[], number][]]>([
  ['both', { key: KEY, workspace: WORKSPACE }, [[['key:abc', 'workspace:w'], 3]]],
  ['a key alone', { key: KEY, workspace: undefined }, [[['key:abc'], 3]]],
  ['a workspace alone', { key: undefined, workspace: WORKSPACE }, [[['workspace:w'], 3]]],
  ['neither', { key: undefined, workspace: undefined }, []],
])('%s', (_name, limits, charged) => {
  const passed = told(limits, 0)
  expect([passed.outcome.kind, passed.charged]).toEqual(['ok', charged])
})

test('nothing is asked for a batch of nothing', () => {
  expect(told({ key: KEY, workspace: WORKSPACE }, 5, 0).charged).toEqual([])
})

test.each([
  [1, 1],
  [1_000, 1],
  [1_001, 2],
  [88_200, 89],
])('%d ms to wait are told in whole seconds: %d', (wait, seconds) => {
  expect(told({ key: KEY, workspace: WORKSPACE }, wait).outcome).toMatchObject({
    status: 429,
    reason: 'rate_limited',
    retryAfter: seconds,
    problems: [expect.stringMatching(/5 events a second by this key or 100 by all keys of its workspace/)],
  })
})

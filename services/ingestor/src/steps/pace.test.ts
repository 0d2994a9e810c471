import type { Identified } from '@hotlead/beacon'
import { Links } from '../links.ts'
import { KeyBuckets } from '../quota/keyBuckets.ts'
import { leadBuckets } from '../quota/leadBuckets.ts'
import { pace } from './pace.ts'

const NOW = 1e12

function opened(limit: { rate: number; burst: number } | undefined = { rate: 2, burst: 20 }) {
  let now = 0
  let counted = 0
  const step = pace(limit, leadBuckets(new KeyBuckets(() => now), new Links()), () => counted++)
  /** How many of so many events, one after the other, are flagged. */
  const fast = (
    count: number,
    { key = 'a', type = 'page', secret = false, age = 0, flags = [] as string[] } = {},
  ) => {
    const admitted = { source: { secret }, beacon: { receivedAt: NOW } }
    const event = { key, type, at: NOW - age, flags, admitted } as unknown as Identified
    const outcomes = Array.from({ length: count }, () => step(event))
    return outcomes.filter(o => o.kind === 'ok' && o.value.flags.includes('too_fast')).length
  }
  return { fast, pass: (ms: number) => (now += ms), counted: () => counted }
}

test('twenty pages at once are a person’s, the next are flagged and counted', () => {
  const { fast, counted } = opened()
  expect([fast(20), fast(5), counted()]).toEqual([0, 5, 5])
})

test('two a second go on for ever, three do not', () => {
  const slow = opened()
  const quick = opened()
  let flagged = 0
  for (let second = 0; second < 60; second++) {
    expect(slow.fast(2)).toBe(0)
    flagged += quick.fast(3)
    slow.pass(1_000)
    quick.pass(1_000)
  }
  expect(flagged).toBeGreaterThan(30)
})

test.each<[string, object]>([
  ['of another key', { key: 'b' }],
  ['by a secret key', { secret: true }],
  ['kept while a browser was offline', { age: 60_000 }],
  ['that are no pages', { type: 'track' }],
])('%s, any number', (_, what) => {
  const { fast } = opened()
  expect(fast(25)).toBe(5)
  expect(fast(20, what)).toBe(0)
})

test('screens are pages, and another flag stays beside it', () => {
  const { fast } = opened()
  expect(fast(21, { type: 'screen', flags: ['bot'] })).toBe(1)
})

test('without a limit nothing is too fast', () => {
  const step = pace(undefined, leadBuckets(new KeyBuckets(), new Links()), () => {})
  const event = { type: 'page', at: NOW, admitted: { source: {}, beacon: { receivedAt: NOW } }, flags: [] }
  for (let i = 0; i < 1_000; i++)
    expect(step(event as unknown as Identified)).toMatchObject({ value: { flags: [] } })
})

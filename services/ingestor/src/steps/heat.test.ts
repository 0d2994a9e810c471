import type { Identified } from '@hotlead/beacon'
import { Links } from '../links.ts'
import { KeyBuckets } from '../quota/keyBuckets.ts'
import { leadBuckets } from '../quota/leadBuckets.ts'
import { heat } from './heat.ts'

const LIMIT = { rate: 2, burst: 10 }

function opened(limit: { rate: number; burst: number } | undefined = LIMIT) {
  let now = 0
  let hot = 0
  const step = heat(limit, leadBuckets(new KeyBuckets(() => now), new Links()), () => hot++)
  /** Flags of `count` events of a key, one after the other. */
  const flags = (key: string, count = 1, { secret = false, flags = [] as string[] } = {}) =>
    Array.from({ length: count }, () => {
      const outcome = step({ key, flags, admitted: { source: { secret } } } as unknown as Identified)
      return outcome.kind === 'ok' ? outcome.value.flags : []
    })
  return { flags, pass: (ms: number) => (now += ms), hot: () => hot }
}
const hotOf = (all: string[][]) => all.filter(flags => flags.includes('hot_key')).length

test('the burst scores, what comes over it is flagged and counted', () => {
  const { flags, hot } = opened()
  expect(hotOf(flags('a', 10))).toBe(0)
  expect(hotOf(flags('a', 5))).toBe(5)
  expect(hot()).toBe(5)
})

test('one key’s flood is no other’s', () => {
  const { flags } = opened()
  flags('a', 1_000)
  expect(hotOf(flags('b', 10))).toBe(0)
})

test('a key stays hot while its flood goes on, and is cool once it was over for as long as a bucket takes to fill', () => {
  const { flags, pass } = opened()
  flags('a', 1_000)
  for (let second = 0; second < 30; second++) {
    pass(1_000)
    expect(hotOf(flags('a', 10))).toBe(10)
  }
  pass(5_499)
  expect(hotOf(flags('a'))).toBe(1)
  pass(1_002)
  expect(hotOf(flags('a'))).toBe(0)
})

test('at the rate nothing is ever flagged', () => {
  const { flags, pass } = opened()
  for (let i = 0; i < 1_000; i++) {
    expect(hotOf(flags('a'))).toBe(0)
    pass(500)
  }
})

test('another flag stays beside it', () => {
  const { flags } = opened()
  flags('a', 10)
  expect(flags('a', 1, { flags: ['bot'] })).toEqual([['bot', 'hot_key']])
})

test('what a secret key brings is never hot, and nothing is without a limit', () => {
  expect(hotOf(opened().flags('a', 1_000, { secret: true }))).toBe(0)
  const step = heat(undefined, leadBuckets(new KeyBuckets(), new Links()), () => {})
  const outcome = step({ key: 'a', flags: [], admitted: { source: { secret: false } } } as never)
  expect(outcome).toMatchObject({ kind: 'ok', value: { flags: [] } })
})

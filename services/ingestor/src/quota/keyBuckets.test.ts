import { KeyBuckets } from './keyBuckets.ts'

const LIMIT = { rate: 1, burst: 3 }

test('each key has a bucket for its pages and one for all it sends, whichever comes between', () => {
  const buckets = new KeyBuckets(() => 0)
  const over = (key: string, kind: 'events' | 'pages') => buckets.isOver(key, kind, LIMIT)
  for (let i = 0; i < 3; i++)
    expect([over('a', 'events'), over('a', 'pages'), over('b', 'events')]).toEqual([false, false, false])
  expect([over('a', 'events'), over('b', 'events'), over('b', 'pages')]).toEqual([true, true, false])
  expect([over('a', 'pages'), over('c', 'pages')]).toEqual([true, false])
})

test('keys like those of visitors have places of their own: of 2,048, none is taken for another, and all are kept', () => {
  const buckets = new KeyBuckets(() => 0)
  const keys = Array.from({ length: 2_048 }, (_, i) => `demo/v:00000000-0000-4000-8000-${i}`)
  const one = { rate: 1, burst: 1 }
  expect(keys.filter(key => buckets.isOver(key, 'events', one))).toEqual([])
  expect(keys.filter(key => !buckets.isOver(key, 'events', one))).toEqual([])
})

test('half as many keys as there are places are mostly kept; one that keeps coming is, whatever else comes', () => {
  let now = 0
  const buckets = new KeyBuckets(() => now)
  const limit = { rate: 0.001, burst: 2 }
  for (let i = 0; i < 3; i++) buckets.isOver('hot', 'events', limit)
  let over = 0
  for (let i = 0; i < 200_000; i++) {
    now += 0.2
    buckets.isOver(`demo/v:${i}`, 'events', limit)
    if (i % 500 === 0 && buckets.isOver('hot', 'events', limit)) over++
  }
  expect(over).toBe(400)

  const keys = Array.from({ length: 32_768 }, (_, i) => `other/v:${i * 7}`)
  const one = { rate: 0.001, burst: 1 }
  for (const key of keys) buckets.isOver(key, 'pages', one)
  const kept = keys.filter(key => buckets.isOver(key, 'pages', one)).length
  expect(kept / keys.length).toBeGreaterThan(0.9)
})

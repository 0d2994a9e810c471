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

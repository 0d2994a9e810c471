import { Lru } from './lru.ts'

test('the longest unused is forgotten, and a use is one', () => {
  const lru = new Lru<string, string>(3)
  for (const key of ['a', 'b', 'c', 'a', 'd']) lru.use(key, () => `${key}1`)
  // `b` was unused for longest.
  expect(['a', 'c', 'd'].map(key => lru.use(key, () => 'new'))).toEqual(['a1', 'c1', 'd1'])
  expect([lru.use('b', () => 'new'), lru.size]).toEqual(['new', 3])
})

test('100,000 keys stay within the bound', () => {
  const lru = new Lru<number, object>(1_000)
  for (let i = 0; i < 100_000; i++) lru.use(i, () => ({}))
  expect(lru.size).toBe(1_000)
})

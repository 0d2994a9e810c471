import { RecentlyUsed } from './recentlyUsed.ts'

test('what was used among the last half of its size is there, what was not is forgotten', () => {
  const kept = new RecentlyUsed<string>(6)
  const use = (key: string) => kept.use(key, () => `${key} anew`)
  for (const key of ['a', 'b', 'c']) kept.use(key, () => key)
  // Three others: `a` and `c` were used meanwhile, `b` was not.
  for (const key of ['d', 'a', 'e', 'c', 'f', 'g']) use(key)
  expect(['a', 'c'].map(use)).toEqual(['a', 'c'])
  expect(use('b')).toBe('b anew')
})

test('100,000 keys stay within the bound, and one that is used all along stays', () => {
  const kept = new RecentlyUsed<object>(1_000)
  let most = 0
  const one = kept.use('one', () => ({}))
  for (let i = 0; i < 100_000; i++) {
    kept.use(String(i), () => ({}))
    if (i % 400 === 0) expect(kept.use('one', () => ({}))).toBe(one)
    most = Math.max(most, kept.size)
  }
  expect(most).toBe(1_000)
})

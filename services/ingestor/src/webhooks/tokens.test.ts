import fc from 'fast-check'
import { Tokens } from './tokens.ts'

test('a token is good for one thing, however often', () => {
  const tokens = new Tokens()
  expect(tokens.claim('a', 'x', 0)).toBe(true)
  expect(tokens.claim('a', 'x', 0)).toBe(true)
  expect(tokens.claim('a', 'y', 0)).toBe(false)
})

test('a token that was forgotten for want of room is not taken for a new one, while newer ones are', () => {
  const tokens = new Tokens(4)
  for (const [at, token] of ['a', 'b', 'c', 'd', 'e'].entries())
    expect(tokens.claim(token, 'x', at)).toBe(true)
  expect(tokens.size).toBe(3)
  expect(tokens.claim('a', 'forged', 0)).toBe(false)
  expect(tokens.claim('a', 'x', 0)).toBe(false)
  expect(tokens.claim('c', 'x', 2)).toBe(true)
  expect(tokens.claim('late', 'x', 2)).toBe(true)
  expect(tokens.claim('f', 'x', 5)).toBe(true)
})

test('whatever comes in whatever order: never two digests by one token, never more than there is room for', () => {
  // Each token is signed once, at a time of its own.
  const come = fc.record({ token: fc.nat({ max: 30 }), digest: fc.nat({ max: 1 }) })
  fc.assert(
    fc.property(fc.array(come, { maxLength: 200 }), fc.integer({ min: 2, max: 8 }), (all, size) => {
      const tokens = new Tokens(size)
      const taken = new Map<number, number>()
      for (const { token, digest } of all) {
        if (!tokens.claim(String(token), String(digest), token)) continue
        expect(taken.get(token) ?? digest).toBe(digest)
        taken.set(token, digest)
        expect(tokens.size).toBeLessThanOrEqual(size)
      }
    }),
    { numRuns: 500 },
  )
})

test('in order of time, the last half of its room is always known', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 1, max: 200 }), (size, last) => {
      const tokens = new Tokens(size)
      for (let at = 0; at <= last; at++) expect(tokens.claim(String(at), 'x', at)).toBe(true)
      for (let at = Math.max(0, last - Math.floor(size / 2) + 1); at <= last; at++)
        expect(tokens.claim(String(at), 'x', at)).toBe(true)
    }),
  )
})

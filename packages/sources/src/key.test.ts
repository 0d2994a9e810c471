import { createHash } from 'node:crypto'
import { digestOf, KEY_KINDS, keyId, lastFour, newKey } from './key.ts'

test.each(KEY_KINDS)('a new %s key: its prefix, 32 letters and digits, and no other like it', kind => {
  const keys = Array.from({ length: 1_000 }, () => newKey(kind))
  const form = kind === 'write' ? /^wk_[0-9A-Za-z]{32}$/ : /^sk_[0-9A-Za-z]{32}$/
  for (const key of keys) expect(key).toMatch(form)
  expect(new Set(keys).size).toBe(1_000)
})

test('every character is as likely as the others', () => {
  const counts = new Map<string, number>()
  const keys = 4_000
  for (let i = 0; i < keys; i++)
    for (const character of newKey('write').slice(3)) counts.set(character, (counts.get(character) ?? 0) + 1)
  const each = (keys * 32) / 62
  // Seven standard deviations of a binomial: once in 10^11 runs by chance, while one left-over byte in 256 would show.
  for (const count of counts.values()) expect(Math.abs(count - each)).toBeLessThan(7 * Math.sqrt(each))
  expect(counts.size).toBe(62)
})

test('the digest is plain SHA-256, as `sha256sum` has it too', () => {
  const expected = createHash('sha256').update('wk_demo').digest('hex')
  expect(digestOf('wk_demo')).toBe(`sha256:${expected}`)
  expect([keyId(digestOf('wk_demo')), lastFour('wk_demo')]).toEqual([expected.slice(0, 12), 'demo'])
})

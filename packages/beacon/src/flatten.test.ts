import fc from 'fast-check'
import { flatten, MAX_CHARS, MAX_DEPTH, MAX_ENTRIES } from './flatten.ts'

test('nested names are joined by dots, lists by their index', () => {
  expect({ ...flatten({ a: 1, b: { c: [true, { d: null }] }, e: undefined, f: {} }) }).toEqual({
    a: 1,
    'b.c.0': true,
    'b.c.1.d': null,
  })
})

test('bounded in entries, depth and length, whatever comes', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), value => {
      const flat = flatten(value)
      const names = Object.keys(flat)
      expect(names.length).toBeLessThanOrEqual(MAX_ENTRIES)
      for (const v of Object.values(flat)) {
        expect(['string', 'number', 'boolean', 'object']).toContain(typeof v)
        if (typeof v === 'string') expect(v.length).toBeLessThanOrEqual(MAX_CHARS)
      }
    }),
  )
  expect(Object.keys(flatten(Array.from({ length: 500 }, (_, i) => i)))).toHaveLength(MAX_ENTRIES)
  expect(flatten({ a: 'x'.repeat(5_000) }).a).toHaveLength(MAX_CHARS)
  const deep = JSON.parse(`${'{"a":'.repeat(MAX_DEPTH)}1${'}'.repeat(MAX_DEPTH)}`)
  expect(Object.keys(flatten(deep))).toEqual(['a.a.a.a.a'])
  expect(Object.keys(flatten({ a: deep }))).toEqual([])
})

test("names of Object's own properties are just names, and nothing is polluted", () => {
  const flat = flatten(
    JSON.parse('{"__proto__":{"polluted":1},"constructor":"c","toString":"t","a":{"__proto__":2}}'),
  )
  expect({ ...flat }).toEqual({ constructor: 'c', toString: 't' })
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('1e999 is no number', () => {
  expect(flatten(JSON.parse('{"a":1e999}')).a).toBeNull()
})

import { decode, decodeUpTo, resolve } from './avro.mjs'

/** Bytes worked out by hand from the specification. */
const bytes = (...list) => Buffer.from(list)

test.each([
  ['int', bytes(0x00), 0],
  ['int', bytes(0x01), -1],
  ['int', bytes(0x02), 1],
  ['long', bytes(0x7f), -64],
  ['long', bytes(0x80, 0x01), 64],
  ['boolean', bytes(1), true],
  ['string', bytes(6, 0x66, 0x6f, 0x6f), 'foo'],
  ['double', bytes(0, 0, 0, 0, 0, 0, 0xf0, 0x3f), 1],
  [['null', 'string'], bytes(0), null],
  [['null', 'string'], bytes(2, 2, 0x61), 'a'],
  [{ type: 'enum', name: 'E', symbols: ['A', 'B'] }, bytes(2), 'B'],
  [{ type: 'array', items: 'long' }, bytes(4, 6, 54, 0), [3, 27]],
  // A block whose size in bytes is told, and a second block.
  [{ type: 'array', items: 'long' }, bytes(3, 4, 6, 54, 2, 2, 0), [3, 27, 1]],
])('%j of %p', (schema, from, value) => {
  expect(decode(resolve(schema), from)).toEqual(value)
})

test('records, maps, and names that are used again', () => {
  const schema = {
    type: 'record',
    name: 'Outer',
    namespace: 'x',
    fields: [
      { name: 'a', type: { type: 'record', name: 'Inner', fields: [{ name: 'n', type: 'int' }] } },
      { name: 'b', type: 'x.Inner' },
      { name: 'c', type: { type: 'map', values: 'Inner' } },
    ],
  }
  const value = decode(resolve(schema), bytes(2, 4, 2, 2, 0x6b, 6, 0))
  expect(value).toEqual({ a: { n: 1 }, b: { n: 2 }, c: { k: { n: 3 } } })
})

test.each([
  ['too short', 'string', bytes(6, 0x66)],
  ['longer than the value', 'int', bytes(2, 2)],
  ['a number without an end', 'long', bytes(0x80)],
  ['a branch that is not there', ['null', 'int'], bytes(4, 0)],
  ['a symbol that is not there', { type: 'enum', name: 'E', symbols: ['A'] }, bytes(2)],
  ['a length below 0', 'string', bytes(1)],
])('bytes that are %s', (_what, schema, from) => {
  expect(() => decode(resolve(schema), from)).toThrow()
})

test('the first fields alone, whatever follows', () => {
  const fields = ['a', 'b', 'c'].map(name => ({ name, type: 'int' }))
  const type = resolve({ type: 'record', name: 'R', fields })
  expect(decodeUpTo('b', type, bytes(2, 4, 0x80))).toEqual({ a: 1, b: 2 })
  expect(() => decodeUpTo('d', type, bytes(2, 4, 6))).toThrow('has no field d')
})

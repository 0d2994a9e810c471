import fc from 'fast-check'
import type { NewRecord } from '../sink.ts'
import { frame, unframe } from './frames.ts'

const record: fc.Arbitrary<NewRecord> = fc
  .record({
    topic: fc.string({ unit: 'binary' }),
    key: fc.string({ unit: 'binary' }),
    value: fc.uint8Array({ maxLength: 300 }).map(v => Buffer.from(v)),
    headers: fc.option(fc.dictionary(fc.string({ minLength: 1 }), fc.string()), { nil: undefined }),
  })
  .map(({ headers, ...rest }) => (headers ? { ...rest, headers: { ...headers } } : rest))

test('a record comes back as it was, wherever its frame stands', () => {
  fc.assert(
    fc.property(record, fc.nat({ max: 40 }), (record, before) => {
      const bytes = Buffer.concat([Buffer.alloc(before, 7), frame(record), Buffer.from('more')])
      const found = unframe(bytes, before)
      if (typeof found === 'string') throw new Error(found)
      expect({ ...found.record, value: Buffer.from(found.record.value) }).toEqual(record)
      expect(found.end).toBe(bytes.length - 4)
    }),
  )
})

test('a frame that was cut anywhere is short', () => {
  fc.assert(
    fc.property(record, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (record, part) => {
      const bytes = frame(record)
      expect(unframe(bytes.subarray(0, Math.floor(part * bytes.length)), 0)).toBe('short')
    }),
  )
})

test('with any one bit turned it is never another record', () => {
  fc.assert(
    fc.property(record, fc.nat(), (record, at) => {
      const bytes = frame(record)
      const bit = at % (bytes.length * 8)
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(['short', 'torn']).toContain(unframe(bytes, 0))
    }),
    { numRuns: 1_000 },
  )
})

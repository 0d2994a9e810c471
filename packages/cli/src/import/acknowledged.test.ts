import fc from 'fast-check'
import { Acknowledged } from './acknowledged.ts'

test('all up to a line, and rows beyond it', () => {
  const done = new Acknowledged()
  done.add([3, 2, 7, 5, 6])
  expect([done.lines, done.ranges]).toEqual([
    0,
    [
      [2, 3],
      [5, 7],
    ],
  ])
  done.add([1])
  expect([done.lines, done.ranges]).toEqual([3, [[5, 7]]])
  expect([3, 4, 5, 8].map(n => done.has(n))).toEqual([true, false, true, false])
  done.add([4])
  expect([done.lines, done.ranges]).toEqual([7, []])
})

test('in any order, and put away and taken up again anywhere, it is the same lines', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer({ min: 1, max: 40 }))), parts => {
      let done = new Acknowledged()
      for (const part of parts) {
        done = new Acknowledged(done.lines, done.ranges)
        done.add(part)
      }
      const all = new Set(parts.flat())
      for (let line = 1; line <= 41; line++) expect(done.has(line)).toBe(all.has(line))
      expect(all.has(done.lines + 1)).toBe(false)
    }),
  )
})

import fc from 'fast-check'
import { Timers } from './timers.ts'

function takeAll(timers: Timers, limit: number): string[] {
  const taken: string[] = []
  for (let t = timers.take(limit); t; t = timers.take(limit)) taken.push(`${t.due}${t.key}`)
  return taken
}

test('timers come in (due, key) order and only up to the limit', () => {
  const timers = new Timers()
  timers.set('b', 2)
  timers.set('a', 2)
  timers.set('c', 1)
  timers.set('d', 9)
  expect(takeAll(timers, 2)).toEqual(['1c', '2a', '2b'])
  expect(timers.size).toBe(1)
})

test('a changed timer counts once, at its latest due time; a cleared one never', () => {
  const timers = new Timers()
  timers.set('a', 5)
  timers.set('a', 3)
  timers.set('b', 4)
  timers.set('b', null)
  expect(timers.firstKeys(10, 9)).toEqual(['a'])
  expect(takeAll(timers, 10)).toEqual(['3a'])
})

test('any sequence of sets gives what a sorted map gives', () => {
  const set = fc.record({
    key: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    due: fc.option(fc.nat(9), { nil: null }),
  })
  fc.assert(
    fc.property(fc.array(set, { maxLength: 60 }), fc.nat(9), (sets, limit) => {
      const timers = new Timers()
      const plain = new Map<string, number>()
      for (const { key, due } of sets) {
        timers.set(key, due)
        if (due === null) plain.delete(key)
        else plain.set(key, due)
      }
      const due = [...plain].filter(([, d]) => d <= limit)
      const inOrder = due.map(([k, d]) => `${d}${k}`).sort()
      expect(timers.firstKeys(limit, 2)).toEqual(inOrder.slice(0, 2).map(t => t.slice(1)))
      expect(takeAll(timers, limit)).toEqual(inOrder)
    }),
  )
})

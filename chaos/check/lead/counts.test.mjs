import { HOUR, MINUTE, NOON } from '../test/log.mjs'
import { join, NEVER } from './counts.mjs'

const H = NOON / HOUR
const value = (value, hour = H) => ({ ...NEVER, last: hour * HOUR, values: [{ value, hour }] })
const visit = (from, to = from, gap = 30 * MINUTE) => ({
  ...NEVER,
  last: to,
  visits: { gap, list: [{ from, to }] },
})
const all = (...parts) => parts.reduce(join, NEVER)

test('a value counts once, in its latest hour', () => {
  expect(all(value(7, H), value(7, H - 5), value(3)).values).toEqual([
    { value: 3, hour: H },
    { value: 7, hour: H },
  ])
})

test('of more than 64 values the latest are kept, and of one hour the smaller', () => {
  const many = Array.from({ length: 64 }, (_, i) => value(i, H + (i % 2)))
  const { values } = all(...many, value(-1), value(1_000))
  expect(values).toHaveLength(64)
  expect(values.some(v => v.value === -1)).toBe(true)
  // Of the earlier hour the greatest has 64 others before it; 1,000 would have been greater still.
  expect(values.some(v => v.value === 62 || v.value === 1_000)).toBe(false)
})

test('visits within the gap are one, whatever comes first', () => {
  const later = visit(NOON + 50 * MINUTE)
  expect(all(visit(NOON), later).visits.list).toHaveLength(2)
  const joined = all(visit(NOON), later, visit(NOON + 20 * MINUTE))
  expect(joined.visits.list).toEqual([{ from: NOON, to: NOON + 50 * MINUTE }])
  // A model with another gap: the longest that there was holds.
  expect(all(visit(NOON), visit(NOON + HOUR, NOON + HOUR, HOUR)).visits).toEqual({
    gap: HOUR,
    list: [{ from: NOON, to: NOON + HOUR }],
  })
})

test('a model with a shorter gap takes no visit apart', () => {
  const long = visit(NOON, NOON, HOUR)
  expect(all(long, visit(NOON + 50 * MINUTE, NOON + 50 * MINUTE, MINUTE)).visits).toEqual({
    gap: HOUR,
    list: [{ from: NOON, to: NOON + 50 * MINUTE }],
  })
})

test('of more than 32 visits the earliest are counted by the hour that they began in', () => {
  const list = Array.from({ length: 34 }, (_, i) => visit(NOON + i * HOUR))
  const { visits, hours } = all(...list)
  expect([visits.list.length, visits.list[0].from]).toEqual([32, NOON + 2 * HOUR])
  expect(hours).toEqual([
    { hour: H, count: 1 },
    { hour: H + 1, count: 1 },
  ])
})

test('counts and sums of both sides add up, and neither side is changed', () => {
  const one = { ...NEVER, last: NOON, older: 2, hours: [{ hour: H, count: 1_500 }] }
  const other = {
    ...NEVER,
    last: NOON - HOUR,
    older: 1,
    hours: [
      { hour: H, count: 500 },
      { hour: H - 1, count: 1 },
    ],
  }
  expect(join(one, other)).toMatchObject({
    last: NOON,
    older: 3,
    hours: [
      { hour: H, count: 2_000 },
      { hour: H - 1, count: 1 },
    ],
  })
  expect(one.hours).toEqual([{ hour: H, count: 1_500 }])
})

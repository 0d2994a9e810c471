import type { Event } from '@hotlead/contracts'
import { DAY, event, HOUR, leadAfter, modelOf, NOON } from '../../test/leads.ts'
import { scoreBy } from '../index.ts'

/** Orders of so much, each at a time; then the points of every score at noon, in thousandths. */
function points(
  rule: object,
  orders: [total: number | string, at?: number, plan?: string][],
  more = {},
): number[] {
  const model = modelOf(
    JSON.stringify({
      name: 'x',
      signals: {
        order: { name: 'Order' },
        revenue: { name: 'Order', count: { sum: 'property.total' } },
      },
      rules: [rule],
      tiers: [{ name: 'COLD' }, { name: 'HOT', enter: { score: { atLeast: 1 } } }],
      ...more,
    }),
  )
  const lead = leadAfter(
    model,
    orders.map(
      ([total, at = NOON, plan = '']): Event => event({ name: 'Order', at, properties: { total, plan } }),
    ),
    NOON,
  )
  return model.scores.map(score => scoreBy(score, lead, NOON).millipoints)
}

test('a sum counts what the numbers add up to, in thousandths', () => {
  const rule = { signal: 'revenue', points: 2 }
  expect(points(rule, [['1.5'], [0.25]])).toEqual([3_500])
  expect(points(rule, [['none'], [-4], [0]])).toEqual([0])
})

test('a bracket of a sum is reached by exactly its number, however it was put together', () => {
  const rule = { signal: 'revenue', brackets: [{ from: 0.8, points: 5 }] }
  // In doubles 0.7 + 0.1 is below 0.8.
  expect(points(rule, [[0.7], [0.1, NOON - HOUR]])).toEqual([5_000])
  expect(points(rule, [[0.7], [0.099, NOON - HOUR]])).toEqual([0])
  expect(points({ ...rule, cap: { perDay: 1 } }, [[7]])).toEqual([5_000])
})

test('a match that gives no points, for they are spent, takes no place among the matches of another cap', () => {
  const rule = { signal: 'order', points: 5, cap: { perDay: '5 points', total: 2 } }
  // Two today, of which the day's points let one count; so the second of the two in all is yesterday's.
  expect(points(rule, [[1], [1], [1, NOON - DAY]])).toEqual([10_000])
})

test('nor does a row that is worth nothing', () => {
  const rule = {
    signal: 'order',
    table: { of: 'property.plan', points: { team: 5 }, otherwise: 0 },
    cap: 'once',
  }
  expect(
    points(rule, [
      [1, NOON, 'free'],
      [1, NOON - DAY, 'team'],
    ]),
  ).toEqual([5_000])
})

test('of rows that do not fade, a cap leaves those that are worth most, whether their hours are known or not', () => {
  const rule = {
    signal: 'order',
    table: { of: 'property.plan', points: { team: 5, free: 1 } },
    cap: 'once',
  }
  expect(
    points(rule, [
      [1, NOON, 'free'],
      [1, NOON - DAY, 'team'],
    ]),
  ).toEqual([5_000])
  expect(
    points({ ...rule, decay: { window: '30d' } }, [
      [1, NOON, 'free'],
      [1, NOON - DAY, 'team'],
    ]),
  ).toEqual([1_000])
})

test('within an hour, a cap leaves what is worth most', () => {
  const rule = {
    signal: 'order',
    table: { of: 'property.plan', points: { free: 1, team: 5 } },
    cap: 'once',
    decay: { window: '30d' },
  }
  expect(
    points(rule, [
      [1, NOON, 'free'],
      [1, NOON, 'team'],
    ]),
  ).toEqual([5_000])
})

test('two scores with the same table count an event once', () => {
  const rule = { signal: 'order', table: { of: 'property.plan', points: { team: 5 } } }
  expect(points(rule, [[1, NOON, 'team']], { scores: { other: { rules: [rule] } } })).toEqual([5_000, 5_000])
})

test('a bracket of 0 points may stand before those below 0', () => {
  const brackets = [
    { from: 1, points: 0 },
    { from: 3, points: -4 },
  ]
  expect(points({ signal: 'revenue', brackets }, [[2]])).toEqual([0])
  expect(points({ signal: 'revenue', brackets }, [[3]])).toEqual([-4_000])
})

test('a cap of a sum is of what adds up, not of events', () => {
  expect(points({ signal: 'revenue', points: 1, cap: { total: 3 } }, [[2.5], [2.5, NOON - DAY]])).toEqual([
    3_000,
  ])
})

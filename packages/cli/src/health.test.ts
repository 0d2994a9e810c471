import { parsePosition } from '@hotlead/stream'
import { lagOf, lagText } from './health.ts'

const NOW = 1_000_000_000
const at = (fields: Record<string, number>) =>
  parsePosition({
    token: 't',
    stamp: 't',
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)])),
  })
const numbers = (...list: number[]) => new Map(list.map((n, p) => [p, n]))

test('records add up over partitions, seconds are those of the one furthest behind', () => {
  const lag = lagOf(
    new Map([...numbers(100, 50, 10)].reverse()),
    numbers(0, 0, 0),
    new Map([
      [0, at({ next: 90, clock: NOW - 5_000 })],
      [1, at({ next: 20, clock: NOW - 61_000 })],
      [2, at({ next: 10, clock: NOW - 900_000 })],
    ]),
    NOW,
  )
  expect(lag).toMatchObject({ records: 40, seconds: 61, rebuilding: [], unowned: [] })
  expect(lag.partitions.map(p => [p.partition, p.records, p.seconds])).toEqual([
    [0, 10, 5],
    [1, 30, 61],
    [2, 0, 0],
  ])
  expect(lagText(lag)).toBe('40 records behind, 1 min')
})

test('a partition of which Redis holds nothing has all of its log to go, from where the log begins', () => {
  const lag = lagOf(numbers(100), numbers(70), new Map([[0, undefined]]), NOW)
  expect(lag).toMatchObject({ records: 30, seconds: 0, unowned: [0] })
  expect(lagText(lag)).toBe('30 records behind, nothing in Redis of partition 0')
})

test('a rebuild is told', () => {
  const positions = new Map([
    [0, at({ rebuildUntil: 9 })],
    [1, at({ next: 4, rebuildUntil: 9, clock: NOW })],
    [2, at({ next: 9, rebuildUntil: 9, clock: NOW })],
  ])
  const lag = lagOf(numbers(9, 9, 9), numbers(0, 0, 0), positions, NOW)
  expect(lag.rebuilding).toEqual([0, 1])
  expect(lagText(lag)).toBe('14 records behind, rebuilding partition 0, 1')
})

test('nothing to do', () => {
  const lag = lagOf(numbers(9), numbers(0), new Map([[0, at({ next: 9, clock: 1 })]]), NOW)
  expect(lagText(lag)).toBe('caught up')
})

test('a loss that a person has accepted is told', () => {
  const position = parsePosition({ stamp: 't', next: '5', 'loss:3': `5 ${Date.UTC(2026, 10, 25)}` })
  expect(lagText(lagOf(numbers(5), numbers(5), new Map([[0, position]]), NOW))).toBe(
    'caught up, partition 0 goes on without offsets 3 to 4 since 2026-11-25',
  )
})

import { parsePosition } from '@hotlead/stream'
import { isFarBehind, lagOf, lagText, withStill } from './health.ts'

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

test('a partition that is far behind and has not moved stands still; one that moves, is near or has nothing to do does not', () => {
  const look = (...nexts: number[]) =>
    lagOf(
      numbers(100, 100, 100, 9),
      numbers(0, 0, 0, 0),
      new Map(nexts.map((next, p) => [p, at({ next, clock: NOW - (p === 2 ? 29_000 : 31_000) })])),
      NOW,
    )
  const before = look(40, 40, 40, 9)
  expect(isFarBehind(before)).toBe(true)
  const after = withStill(before, look(40, 41, 40, 9))
  expect(after.still).toEqual([0])
  expect(lagText(after)).toContain('partition 0 stands still: nobody folds it. Restart the service')
})

test('what is near is not looked at twice', () => {
  const lag = lagOf(numbers(9), numbers(0), new Map([[0, at({ next: 1, clock: NOW - 30_000 })]]), NOW)
  expect(isFarBehind(lag)).toBe(false)
})

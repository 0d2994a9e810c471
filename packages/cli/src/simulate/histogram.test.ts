import { bar, histogramLines } from './histogram.ts'

test.each<[number, number, string]>([
  [0, 8, ''],
  [8, 8, '████████'],
  [4, 8, '████'],
  [1, 16, '▌'],
  [1, 1000, '▏'],
  [0, 0, ''],
])('%i of %i as a bar of 8', (n, most, expected) => {
  expect(bar(n, most, 8)).toBe(expected)
})

test('a row a day, a column a model', () => {
  const days = [
    { day: '2026-01-05', alerts: [24, 12] },
    { day: '2026-01-06', alerts: [0, 1] },
  ]
  expect(histogramLines(days, ['draft', 'current'])).toEqual([
    'day         draft                        current',
    `2026-01-05  24 ${'█'.repeat(24)}  12 ${'█'.repeat(12)}`,
    `2026-01-06   0${' '.repeat(27)} 1 █`,
  ])
})

test('over two months a row is a week from Monday, and nothing is lost', () => {
  // From a Wednesday on.
  const days = Array.from({ length: 70 }, (_, i) => ({
    day: new Date(Date.UTC(2026, 0, 7 + i)).toISOString().slice(0, 10),
    alerts: [1],
  }))
  const [title, first, second, ...rest] = histogramLines(days, ['draft'])
  expect(title).toMatch(/^week from/)
  expect(first).toMatch(/^2026-01-05 {2}5 /)
  expect(second).toMatch(/^2026-01-12 {2}7 /)
  expect(rest).toHaveLength(9)
  expect(rest.at(-1)).toMatch(/^2026-03-16 {2}2 /)
})

import { readOptions } from './options.ts'

test('all benchmarks where none is named; sizes of a quick run unless said otherwise', () => {
  expect(readOptions([]).benchmarks).toEqual([
    'ingest',
    'catch-up',
    'hot',
    'rebuild',
    'bytes',
    'idle',
    'exactness',
    'simulate',
    'recount',
    'admission',
  ])
  expect(readOptions(['hot', '--rate', '5000, 10000', '--seconds', '30'])).toMatchObject({
    benchmarks: ['hot'],
    rates: [5_000, 10_000],
    seconds: 30,
    warmup: 10,
  })
  expect(readOptions(['--quick', '--seconds', '9'])).toMatchObject({ seconds: 9, warmup: 2, events: 40_000 })
})

test('a benchmark’s own sizes stand where the command line says nothing', () => {
  expect(readOptions(['exactness'], 'exactness')).toMatchObject({ events: 150_000, seconds: 8, rounds: 4 })
  expect(readOptions(['exactness', '--events', '7'], 'exactness').events).toBe(7)
  expect(readOptions(['exactness', '--quick'], 'exactness')).toMatchObject({ events: 40_000, rounds: 1 })
  expect(readOptions([], 'hot')).toMatchObject({ events: 1_000_000, hotPerSecond: 20 })
})

test.each([
  [
    ['cold'],
    'there is no benchmark “cold”: take ingest, catch-up, hot, rebuild, bytes, idle, exactness, simulate, recount, admission or report',
  ],
  [['--seconds', '0'], '--seconds is “0” and must be a whole number above 0'],
  [['--rate', '1000,fast'], '--rate is “fast” and must be a whole number above 0'],
  [['--fast'], "Unknown option '--fast': see --help"],
])('%j is refused: %s', (argv, message) => {
  expect(() => readOptions(argv)).toThrow(message)
})

import { UsageError } from '@hotlead/bench/program'
import { readOptions } from './options.ts'

const known = { kinds: ['redis-cut', 'scorer-killed'], controls: ['fence', 'token'] as const }
const read = (...argv: string[]) => readOptions(argv, known, 42)

test('five minutes and a seed of its own where nothing is said', () => {
  expect(read()).toMatchObject({ minutes: 5, seed: 42, round: undefined, faults: undefined, controls: [] })
})

test('what is said', () => {
  expect(
    read('--minutes', '40', '--seed', '7', '--faults', 'redis-cut, scorer-killed', '--report', 'r.json'),
  ).toMatchObject({
    minutes: 40,
    seed: 7,
    faults: ['redis-cut', 'scorer-killed'],
    report: 'r.json',
  })
  expect(read('--from-round', '3', '--round', '5')).toMatchObject({ fromRound: 3, round: 5 })
  expect(read('--controls').controls).toEqual(['fence', 'token'])
  expect(read('--control', 'token').controls).toEqual(['token'])
})

test.each([
  [['--faults', 'redis-cutt'], 'there is no kind of fault “redis-cutt”: take redis-cut, scorer-killed'],
  [['--control', 'fense'], 'there is no control “fense”: take fence, token'],
  [['--seed', 'x'], '--seed is “x” and must be a whole number above 0'],
  [['--from-round', '2'], '--from-round needs --round'],
  [['--from-round', '4', '--round', '3'], 'must not lie beyond it'],
  [['--minute', '3'], 'see npm run chaos -- --help'],
])('%j is refused with what is right', (argv, sentence) => {
  expect(() => read(...argv)).toThrow(UsageError)
  expect(() => read(...argv)).toThrow(sentence)
})

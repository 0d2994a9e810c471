import { UsageError } from '@hotlead/bench/program'
import { readOptions } from './options.ts'

test('ten thousand requests and a seed of its own where nothing is said', () => {
  expect(readOptions([], 42)).toEqual({
    help: false,
    json: false,
    requests: 10_000,
    examples: 100,
    seed: 42,
    path: undefined,
  })
})

test('what is said', () => {
  const argv = ['--requests', '500', '--examples', '5', '--seed', '7', '--path', '^/v1/', '--json']
  expect(readOptions(argv, 42)).toEqual({
    help: false,
    json: true,
    requests: 500,
    examples: 5,
    seed: 7,
    path: '^/v1/',
  })
})

test.each([
  [['--requests', '0'], '--requests is “0” and must be a whole number above 0'],
  [['--seed', 'x'], '--seed is “x” and must be a whole number above 0'],
  [['--request', '5'], "Unknown option '--request': see --help"],
])('%s', (argv, problem) => {
  expect(() => readOptions(argv, 42)).toThrow(new UsageError(problem))
})

import type { Admitted, Source } from '@hotlead/beacon'
import { limit } from './limit.ts'

const source = (more: Partial<Source> = {}): Source => ({
  workspace: 'w',
  name: 's',
  secret: false,
  origins: new Set(),
  names: new Map(),
  eventsPerSecond: 5,
  ...more,
})

/** What a source's requests, each [ms, events], are told: `ok`, or seconds to wait. */
function told(of: Source, requests: [number, number][], step = limit()): (string | number | undefined)[] {
  return requests.map(([receivedAt, count]) => {
    const admitted = { source: of, events: Array(count).fill({}), beacon: { receivedAt } }
    const outcome = step(admitted as unknown as Admitted)
    return outcome.kind === 'refuse' ? outcome.retryAfter : outcome.kind
  })
}

test.each<[string, Partial<Source>, [number, number][], (string | number)[]]>([
  [
    'ten seconds’ worth at once, then no more',
    {},
    [
      [0, 30],
      [0, 20],
      [0, 1],
    ],
    ['ok', 'ok', 1],
  ],
  [
    'and more as time passes',
    {},
    [
      [0, 50],
      [100, 1],
      [200, 1],
      [1_000, 1],
    ],
    ['ok', 'ok', 1, 'ok'],
  ],
  [
    'a batch larger than the bucket passes, and is paid for',
    {},
    [
      [0, 500],
      [1_000, 1],
      [90_000, 1],
      [90_001, 1],
    ],
    ['ok', 89, 1, 'ok'],
  ],
  [
    'never more than the bucket holds',
    {},
    [
      [0, 1],
      [3_600_000, 50],
      [3_600_000, 1],
    ],
    ['ok', 'ok', 1],
  ],
  [
    'a clock set back',
    {},
    [
      [60_000, 50],
      [0, 1],
      [0, 1],
    ],
    ['ok', 1, 1],
  ],
  [
    'a secret key is not limited',
    { secret: true },
    [
      [0, 500],
      [0, 500],
    ],
    ['ok', 'ok'],
  ],
  [
    'nor a source without a rate',
    { eventsPerSecond: undefined },
    [
      [0, 500],
      [0, 500],
    ],
    ['ok', 'ok'],
  ],
])('%s', (_name, more, requests, answers) => {
  expect(told(source(more), requests)).toEqual(answers)
})

test('one key’s flood is no other’s', () => {
  const step = limit()
  const [one, two] = [source(), source()]
  expect(
    told(
      one,
      [
        [0, 50],
        [0, 1],
      ],
      step,
    ),
  ).toEqual(['ok', 1])
  expect(told(two, [[0, 1]], step)).toEqual(['ok'])
})

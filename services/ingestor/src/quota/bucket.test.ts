import { type Bucket, fullBucket, refill, waitOf } from './bucket.ts'

const LIMIT = { rate: 5, burst: 50 }

/** What requests, each [ms, events], are told: 0, or ms to wait. */
function told(requests: [number, number][]): number[] {
  let bucket: Bucket | undefined
  return requests.map(([now, events]) => {
    bucket ??= fullBucket(LIMIT, now)
    refill(bucket, LIMIT, now)
    const wait = waitOf(bucket, LIMIT)
    if (wait === 0) bucket.left -= events
    return wait
  })
}

test.each<[string, [number, number][], number[]]>([
  [
    'the burst at once, then no more',
    [
      [0, 30],
      [0, 20],
      [0, 1],
    ],
    [0, 0, 200],
  ],
  [
    'and more as time passes',
    [
      [0, 50],
      [100, 1],
      [201, 1],
      [600, 1],
    ],
    [0, 100, 0, 0],
  ],
  [
    'more than the bucket holds passes once, and is paid for',
    [
      [0, 500],
      [1_000, 1],
      [90_000, 1],
      [90_201, 1],
    ],
    [0, 89_200, 200, 0],
  ],
  [
    'never more than it holds',
    [
      [0, 1],
      [3_600_000, 50],
      [3_600_000, 1],
    ],
    [0, 0, 200],
  ],
  [
    'a clock that is set back',
    [
      [60_000, 50],
      [0, 1],
      [0, 1],
    ],
    [0, 200, 200],
  ],
])('%s', (_name, requests, waits) => {
  expect(told(requests)).toEqual(waits)
})

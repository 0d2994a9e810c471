import { summary } from './progress.ts'

test('steady leaves out start-up and the last batches; from start leaves out nothing', () => {
  // 1000 records: the process needs 2 s to begin, then does 100 in 10 ms (20 ms of CPU), and dawdles over the last hundred.
  const samples = [
    { time: 1_000, done: 0, cpu: undefined },
    ...Array.from({ length: 9 }, (_, i) => ({
      time: 2_010 + i * 10,
      done: (i + 1) * 100,
      cpu: i === 0 ? undefined : 1 + i * 0.02,
    })),
    { time: 5_000, done: 1_000, cpu: 2 },
  ]
  expect(summary(samples, 1_000, 0)).toMatchObject({
    fromStart: 200,
    steady: 10_000,
    // Not known at the first hundred: 700 records in 0.14 s.
    perCpuSecond: 5_000,
    firstCommit: 2.01,
    seconds: 5,
  })
})

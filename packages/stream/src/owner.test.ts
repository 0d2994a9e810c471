import { add, counter, counterTopology } from '../test/toys.ts'
import type { Log } from './log.ts'
import { MemoryCluster, MemoryStore } from './memory.ts'
import { PartitionOwner } from './owner.ts'

test('a batch that cannot be published sends its poison to dead-letter once, when it can', async () => {
  const cluster = new MemoryCluster(1, 1_700_000_000_000)
  const store = new MemoryStore()
  cluster.append(counterTopology.source, 0, { key: 'a', value: Buffer.from('not json') })
  cluster.append(counterTopology.source, 0, add('a', 1))
  const log = cluster.log('counter', 0, counterTopology.source)
  const refusing: Log = {
    ...log,
    fence: async () => ({
      ...(await log.fence()),
      own: async () => {
        throw new Error('MESSAGE_TOO_LARGE')
      },
    }),
  }
  async function attempt(through: Log): Promise<void> {
    const owner = await PartitionOwner.acquire({
      processor: counter,
      topology: counterTopology,
      partition: 0,
      store,
      log: through,
      now: () => cluster.clock,
      compactionLag: Number.POSITIVE_INFINITY,
    })
    await owner.process(cluster.partition(counterTopology.source, 0), 2, 2)
  }
  for (let i = 0; i < 5; i++) await expect(attempt(refusing)).rejects.toThrow('MESSAGE_TOO_LARGE')
  await attempt(log)
  expect(cluster.partition('dead-letter', 0).map(r => r.value?.toString())).toEqual(['not json'])
})

const HOUR = 3_600_000

/** An owner of an empty partition, and hands to move its two clocks and to give it records. */
async function watching() {
  const cluster = new MemoryCluster(1, 1_700_000_000_000)
  let monotonic = 0
  const owner = await PartitionOwner.acquire({
    processor: counter,
    topology: counterTopology,
    partition: 0,
    store: new MemoryStore(),
    log: cluster.log('counter', 0, counterTopology.source),
    now: () => cluster.clock,
    monotonic: () => monotonic,
    compactionLag: Number.POSITIVE_INFINITY,
  })
  return {
    append: () => cluster.append(counterTopology.source, 0, add('a', 1)),
    /** @param watched ms of `by` that this process sees pass */
    pass(by: number, watched = by) {
      cluster.clock += by
      monotonic += watched
    },
    async process(): Promise<unknown> {
      const found = cluster.fetch(counterTopology.source, 0, owner.next, Number.POSITIVE_INFINITY)
      return owner.process(found.records, found.next, found.highWatermark).catch(error => error)
    },
  }
}

test('a clock that leaps while it was watched is refused; the same silence is not', async () => {
  async function leap(by: number, watched: number): Promise<unknown> {
    const { append, pass, process } = await watching()
    for (let i = 0; i < 2; i++) {
      append()
      await process()
    }
    pass(by, watched)
    append()
    return process()
  }
  expect(await leap(3 * HOUR, 1_000)).toMatchObject({
    code: 'refused',
    message: expect.stringMatching(/leaps by 180 minutes at offset 2 .* 1 s ago/),
  })
  expect(await leap(3 * HOUR, 3 * HOUR)).toBeUndefined()
  expect(await leap(HOUR / 2, 1_000)).toBeUndefined()
})

test('a log whose end is of yesterday is no leap, for an owner that starts', async () => {
  const { append, pass, process } = await watching()
  append()
  pass(14 * HOUR)
  // The record of yesterday, and the first tick of today.
  expect(await process()).toBeUndefined()
  pass(1_000)
  append()
  expect(await process()).toBeUndefined()
})

test('nor is it for an owner that was stopped, wherever that was', async () => {
  const { append, pass, process } = await watching()
  for (let i = 0; i < 3; i++) {
    append()
    expect(await process()).toBeUndefined()
    pass(1_000)
  }
  append()
  pass(14 * HOUR)
  expect(await process()).toBeUndefined()
  pass(1_000)
  append()
  expect(await process()).toBeUndefined()
  pass(3 * HOUR, 1_000)
  append()
  await process()
  pass(3 * HOUR, 1_000)
  append()
  expect(await process()).toMatchObject({ code: 'refused' })
})

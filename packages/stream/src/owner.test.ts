import { add, BURNS, type Count, counter, counterTopology, lamp, lampTopology } from '../test/toys.ts'
import type { Log } from './log.ts'
import { MemoryCluster, MemoryStore } from './memory.ts'
import { type BatchInfo, PartitionOwner } from './owner.ts'

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

describe('more timers that are due at once than fit into memory', () => {
  const LAMPS = 5_000
  const NOW = 1_700_000_000_000
  const keys = Array.from({ length: LAMPS }, (_, i) => `lamp-${String(i).padStart(4, '0')}`)

  /** All lamps lit, and a mark after which none burns. */
  async function lit() {
    const cluster = new MemoryCluster(1, NOW)
    const store = new MemoryStore()
    const log = cluster.log('lamp', 0, 'counts')
    const acquire = (onBatch: (info: BatchInfo) => void, through = log) =>
      PartitionOwner.acquire({
        processor: lamp,
        topology: lampTopology,
        partition: 0,
        store,
        log: through,
        now: () => cluster.clock,
        compactionLag: Number.POSITIVE_INFINITY,
        onBatch,
      })
    const count = (key: string, offset: number, at: number) => {
      const value: Count = { offset, at, sum: key === '#' ? 0 : 10, mark: key === '#' }
      cluster.append('counts', 0, { key, value: Buffer.from(JSON.stringify(value)) })
    }
    for (const [i, key] of keys.entries()) count(key, i, NOW)
    count('#', LAMPS, NOW + 1_000)
    const process = async (owner: Awaited<ReturnType<typeof acquire>>) => {
      const all = cluster.partition('counts', 0)
      await owner.process(all.slice(owner.next), all.length, all.length)
    }
    await process(await acquire(() => {}))
    count('#', LAMPS + 1, NOW + 2 * BURNS)
    count('lamp-0000', LAMPS + 2, NOW + 2 * BURNS)
    return { cluster, log, acquire, process, count }
  }
  const switches = (cluster: MemoryCluster) =>
    cluster
      .partition('switches', 0)
      .map(r => ({ key: r.key, ...JSON.parse(String(r.value)) }))
      .slice(LAMPS)
  const off = keys.map(key => ({ key, number: 2, on: false, at: NOW + BURNS, offset: LAMPS + 1 }))
  const again = { key: 'lamp-0000', number: 3, on: true, at: NOW + 2 * BURNS, offset: LAMPS + 2 }

  test('go off in several cycles, in their order, as if it were one', async () => {
    const { cluster, acquire, process } = await lit()
    const published: number[] = []
    const owner = await acquire(info => published.push(info.own))
    await process(owner)
    expect(switches(cluster)).toEqual([...off, again])
    expect(owner.next).toBe(LAMPS + 3)
    expect(published.length).toBeGreaterThan(2)
    expect(Math.max(...published)).toBeLessThanOrEqual(2_000)
  })

  test.each([0, 1, 2])('an owner that dies in cycle %i leaves the rest to the next', async dies => {
    const { cluster, log, acquire, process, count } = await lit()
    let sends = 0
    const failing: Log = {
      ...log,
      async fence() {
        const publisher = await log.fence()
        return {
          ...publisher,
          async own(topic, records) {
            const offsets = await publisher.own(topic, records)
            // Published, and the commit never comes.
            if (topic === 'switches' && sends++ === dies) throw new Error('died')
            return offsets
          },
        }
      },
    }
    await expect(acquire(() => {}, failing).then(process)).rejects.toThrow('died')
    await process(await acquire(() => {}))
    // At the offset that is announced nothing more is published: what is left goes off with the next mark.
    count('#', LAMPS + 3, NOW + 2 * BURNS + 1_000)
    await process(await acquire(() => {}))
    const found = switches(cluster)
    expect(found.filter(s => s.number === 2).map(s => s.key)).toEqual(keys)
    expect(found.filter(s => s.number !== 2)).toEqual([again])
  })
})

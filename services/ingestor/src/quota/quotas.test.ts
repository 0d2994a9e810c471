import type { Limit } from '@hotlead/beacon'
import { type Bucket, fullBucket, refill, waitOf } from './bucket.ts'
import { Quotas } from './quotas.ts'
import type { SharedBuckets } from './sharedBuckets.ts'

/** A clock, and a shared bucket by the rule of take.lua that can be taken away. */
class World implements SharedBuckets {
  now = 0
  isThere = true
  asked = 0
  readonly said: string[] = []
  readonly #buckets = new Map<string, Bucket>()

  async take(name: string, limit: Limit, spent: number, ahead: number) {
    this.asked++
    if (!this.isThere) throw new Error('away')
    const bucket = this.#buckets.get(name) ?? fullBucket(limit, this.now)
    this.#buckets.set(name, bucket)
    refill(bucket, limit, this.now)
    bucket.left -= spent
    const granted = Math.max(0, Math.min(ahead, Math.floor(bucket.left)))
    bucket.left -= granted
    return { granted, wait: granted > 0 ? 0 : waitOf(bucket, limit) }
  }

  process(): Quotas {
    return new Quotas({
      shared: this,
      onAway: () => this.said.push('away'),
      onBack: () => this.said.push('back'),
      now: () => this.now,
    })
  }
}

const LIMIT: Limit = { rate: 100, burst: 200 }
const charge = [{ name: 'key:a', limit: LIMIT }]
const answered = () => new Promise(resolve => setImmediate(resolve))

/** Each process tries `perMs` events a millisecond, one by one, for `ms`. @returns how many passed */
async function flood(world: World, processes: readonly Quotas[], ms: number, perMs = 1): Promise<number> {
  let passed = 0
  for (const end = world.now + ms; world.now < end; world.now++) {
    for (const one of processes) for (let i = 0; i < perMs; i++) if (one.take(charge, 1) === 0) passed++
    await answered()
  }
  return passed
}

test.each([1, 2, 5])('%d processes together let through what one would', async n => {
  const world = new World()
  const passed = await flood(
    world,
    Array.from({ length: n }, () => world.process()),
    10_000,
  )
  const allowed = LIMIT.burst + 10 * LIMIT.rate
  // Each may have a chunk of 20 that it has not used, or have let one event through without its being answered yet.
  expect(passed).toBeLessThanOrEqual(allowed + n)
  expect(passed).toBeGreaterThanOrEqual(allowed - 20 * n)
})

test('what passes before the first answer is paid back', async () => {
  const world = new World()
  const processes = [world.process(), world.process(), world.process()]
  // 150 events within one turn: nobody has been told anything.
  for (const one of processes) for (let i = 0; i < 150; i++) expect(one.take(charge, 1)).toBe(0)
  await answered()
  const allowed = (seconds: number) => LIMIT.burst + seconds * LIMIT.rate
  const passed = 450 + (await flood(world, processes, 5_000))
  expect(passed).toBeLessThanOrEqual(allowed(5) + 3)
  expect(passed).toBeGreaterThanOrEqual(allowed(5) - 60)
})

test('few questions: five a second at the rate, none while nothing is left', async () => {
  const world = new World()
  const one = world.process()
  let passed = 0
  for (; world.now < 10_000; world.now += 10) {
    if (one.take(charge, 1) === 0) passed++
    await answered()
  }
  expect(passed).toBe(1_000)
  expect(world.asked).toBeLessThan(12 * 10)
  await flood(world, [one], 1, 1_000)
  const drained = world.asked
  // Ten events flow back in this time; the other 99,990 attempts are refused from memory.
  await flood(world, [one], 100, 1_000)
  expect(world.asked - drained).toBeLessThanOrEqual(10)
})

test('away: each process by its own bucket, asked again once a second; nothing of it is charged when it is back', async () => {
  const world = new World()
  const processes = [world.process(), world.process()]
  world.isThere = false
  const passed = await flood(world, processes, 10_000)
  const own = LIMIT.burst + 10 * LIMIT.rate
  expect(passed).toBeGreaterThanOrEqual(2 * own - 4)
  expect(passed).toBeLessThanOrEqual(2 * own)
  expect(world.asked).toBeLessThanOrEqual(2 * 12)
  expect([world.said, processes.map(p => p.isAway)]).toEqual([
    ['away', 'away'],
    [true, true],
  ])
  world.isThere = true
  world.now += 1_000
  const after = await flood(world, processes, 5_000)
  expect(world.said).toEqual(['away', 'away', 'back', 'back'])
  // The shared bucket was full; the own ones had what flowed back in a second.
  expect(after).toBeGreaterThanOrEqual(5 * LIMIT.rate)
  expect(after).toBeLessThanOrEqual(LIMIT.burst + 5 * LIMIT.rate + 4)
})

test('a request takes from its key and its workspace, or from neither', async () => {
  const world = new World()
  const one = world.process()
  const workspace = { name: 'workspace:w', limit: { rate: 1, burst: 10 } }
  const [key, other] = [charge[0] as (typeof charge)[0], { name: 'key:b', limit: LIMIT }]
  expect(one.take([key, workspace], 15)).toBe(0)
  await answered()
  // The workspace is 5 in debt.
  expect(one.take([other, workspace], 1)).toBe(6_000)
  expect(one.take([other], LIMIT.burst)).toBe(0)
})

test('a slow key: one event a minute, and a batch of ten is paid for in ten minutes', async () => {
  const world = new World()
  const one = world.process()
  const slow = [{ name: 'key:s', limit: { rate: 1 / 60, burst: 1 } }]
  expect(one.take(slow, 10)).toBe(0)
  await answered()
  expect(one.take(slow, 1)).toBe(10 * 60_000)
  world.now += 10 * 60_000 + 1
  expect(one.take(slow, 1)).toBe(0)
})

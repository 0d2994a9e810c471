import { randomUUID } from 'node:crypto'
import { openRedis, type RedisClient } from '@hotlead/redis'
import { clusterRedis, plainRedis, until } from '@hotlead/testkit'
import { Quotas } from './quotas.ts'
import { redisBuckets } from './sharedBuckets.ts'

describe.each([
  ['Redis', plainRedis],
  ['Redis Cluster', clusterRedis],
])('%s', (_name, start) => {
  let server: Awaited<ReturnType<typeof start>>
  let client: RedisClient
  let pid: number
  beforeAll(async () => {
    server = await start()
    client = openRedis(server.url)
    pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1])
  })
  afterAll(async () => {
    client.disconnect()
    await server.stop()
  })
  const prefix = () => `t${randomUUID().slice(0, 8)}:`
  /** So slow that no time of a test gives one event back. */
  const STILL = { rate: 0.000_1, burst: 100 }

  test('what was spent counts in any case, what is wanted ahead only as far as it is there', async () => {
    const { take } = redisBuckets(client, prefix())
    const answers = []
    for (const [spent, ahead] of [
      [30, 20],
      [10, 60],
      [0, 5],
      [7, 5],
    ] as const)
      answers.push(await take('key:a', STILL, spent, ahead))
    expect(answers.map(a => a.granted)).toEqual([20, 40, 0, 0])
    expect(answers.map(a => a.wait).slice(0, 2)).toEqual([0, 0])
    // Seven in debt, at one in 10,000 s, and one more to take.
    expect(answers[3]?.wait).toBeGreaterThan(79_000_000)
    expect(answers[3]?.wait).toBeLessThanOrEqual(80_000_000)
    expect((await take('key:b', STILL, 0, 5)).granted).toBe(5)
  })

  test('it flows back by the server’s clock, and a bucket that is full again is gone', async () => {
    const own = prefix()
    const { take } = redisBuckets(client, own)
    const quick = { rate: 50, burst: 5 }
    expect(await take('key:a', quick, 10, 5)).toMatchObject({ granted: 0 })
    await until(
      () => take('key:a', quick, 0, 1),
      ({ granted }) => granted === 1,
      5,
    )
    await until(
      () => client.exists(`${own}quota:key:a`),
      there => there === 0,
    )
  })

  test('fractions of events are kept to the last digit, and a clock that was set back gives nothing', async () => {
    const own = prefix()
    const { take } = redisBuckets(client, own)
    await take('key:a', STILL, 0.1, 0)
    const before = Number(await client.hget(`${own}quota:key:a`, 'left'))
    expect(before).toBe(100 - 0.1)
    const later = `${(Date.now() + 3_600_000) * 1_000}`
    await client.hset(`${own}quota:key:a`, 'at', later)
    await take('key:a', STILL, 0, 0)
    expect(Number(await client.hget(`${own}quota:key:a`, 'left'))).toBe(before)
  })

  test('four ingestors at once keep one quota, and Redis that hangs leaves each its own', async () => {
    const own = prefix()
    const limit = { rate: 50, burst: 100 }
    const charge = [{ name: 'key:a', limit }]
    const said: string[] = []
    const clients = Array.from({ length: 4 }, () => openRedis(server.url, () => {}, { answerWithin: 500 }))
    try {
      for (const one of clients)
        await until(
          () => one.status,
          status => status === 'ready',
        )
      const processes = clients.map(
        one =>
          new Quotas({
            shared: redisBuckets(one, own),
            onAway: () => said.push('away'),
            onBack: () => said.push('back'),
          }),
      )
      const started = performance.now()
      let passed = 0
      const tryAll = () => processes.map(p => p.take(charge, 1)).filter(wait => wait === 0).length
      // In turn, each question answered before the next event: a PING on the same connection comes back after it.
      for (let refused = 0; refused < processes.length; ) {
        refused = 0
        for (const [i, quotas] of processes.entries()) {
          if (quotas.take(charge, 1) === 0) passed++
          else refused++
          await clients[i]?.ping()
        }
      }
      const seconds = (performance.now() - started) / 1_000
      // One event each that passed before its bucket's end was told. Without sharing it is 400 at once.
      expect(passed).toBeLessThanOrEqual(limit.burst + seconds * limit.rate + 4)
      // A chunk of 10 that each has ahead, and what flowed back meanwhile.
      expect(passed).toBeGreaterThanOrEqual(limit.burst - 40)

      process.kill(pid, 'SIGSTOP')
      await until(
        () => {
          tryAll()
          return said.length
        },
        n => n === 4,
        5,
      )
      expect(processes.map(p => p.isAway)).toEqual([true, true, true, true])
      process.kill(pid, 'SIGCONT')
      await until(
        () => {
          tryAll()
          return said.filter(s => s === 'back').length
        },
        n => n === 4,
      )
    } finally {
      process.kill(pid, 'SIGCONT')
      for (const one of clients) one.disconnect()
    }
  })
})

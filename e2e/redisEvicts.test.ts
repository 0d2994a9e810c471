import { openRedis, type RedisClient } from '@hotlead/redis'
import { clusterRedis, Installation, plainRedis, until } from '@hotlead/testkit'

/** A Redis that throws keys away when it is full: refused at the start, and noticed while running. */

const SENTENCE =
  /Redis at 127\.0\.0\.1:\d+ has maxmemory-policy allkeys-lru with maxmemory 104857600: .*noeviction/

// Several starts and ends of services, some by a look every five seconds.
jest.setTimeout(240_000)

let redis: Awaited<ReturnType<typeof plainRedis>>
let client: RedisClient
let hot: Installation
async function open(start: typeof plainRedis, user = ''): Promise<void> {
  redis = await start()
  client = openRedis(redis.url)
  if (user) await client.call('ACL', 'SETUSER', user, 'on', '>secret', '~*', '+@all', '-info', '-config')
  const as = user && `${user}:secret@`
  hot = await Installation.open({ HOTLEAD_REDIS: redis.url.replace('://', `://${as}`) })
}
afterEach(async () => {
  await hot.close()
  client.disconnect()
  await redis.stop()
})

async function set(policy: string): Promise<void> {
  const masters = 'nodes' in client ? client.nodes('master') : [client]
  for (const node of masters) {
    await node.config('SET', 'maxmemory', '100mb')
    await node.config('SET', 'maxmemory-policy', policy)
  }
}

async function expectScoring(): Promise<void> {
  const page = { type: 'page', anonymousId: 'again', properties: { path: '/pricing' } }
  expect(await hot.post('/v1/batch', { batch: [page] })).toBe(200)
  await hot.folded()
  expect((await hot.hotlead('lead', 'again')).out).toContain('again')
}

test.each([
  ['Redis', plainRedis],
  ['Redis Cluster', clusterRedis],
])('%s evicts: the scorer does not start, and starts once it does not', async (_, start) => {
  await open(start)
  await client.ping()
  await set('allkeys-lru')
  await expect(hot.start('scorer')).rejects.toThrow(/ended with 1 while starting/)
  await expect(hot.start('scorer')).rejects.toThrow(SENTENCE)
  expect((await hot.hotlead('status')).out).toMatch(/redis +up .*maxmemory-policy allkeys-lru/)
  await set('noeviction')
  await Promise.all([hot.start('ingestor'), hot.start('scorer'), hot.start('tiering')])
  await expectScoring()
  expect((await hot.hotlead('status')).out).not.toContain('maxmemory-policy')
})

test('the policy is changed under running services: they end with the sentence, and go on once it is set back', async () => {
  await open(plainRedis)
  await hot.start('ingestor')
  const running = await Promise.all([hot.start('scorer'), hot.start('tiering')])
  await expectScoring()
  await set('allkeys-lru')
  for (const service of running) {
    expect(await service.exited).toBe(1)
    expect(service.log()).toMatch(SENTENCE)
  }
  await set('noeviction')
  await Promise.all([hot.start('scorer'), hot.start('tiering')])
  await expectScoring()
})

test('a policy other than noeviction without a limit evicts nothing, and is fine', async () => {
  await open(plainRedis)
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
  await hot.start('scorer')
})

test('a user who may not ask is warned, and served', async () => {
  await open(plainRedis, 'app')
  const scorer = await hot.start('scorer')
  const log = await until(scorer.log, text => text.includes('maxmemory-policy'))
  expect(log).toMatch(/"level":"warn".*does not say whether it evicts keys.*docs\/runbook\/redis-evicts\.md/)
})

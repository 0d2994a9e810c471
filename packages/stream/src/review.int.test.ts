import { randomUUID } from 'node:crypto'
import { openRedis } from '@hotlead/redis'
import { redisStore } from './redisStore.ts'

const redis = openRedis(process.env.HOTLEAD_TEST_REDIS as string)
afterAll(() => redis.disconnect())

test.each([10_000, 20_000, 50_000])('%d keys that wake at once are committed', async n => {
  const session = await redisStore(redis, `t${randomUUID().slice(0, 8)}:`, 'trial', 0).claim()
  await session.position()
  const entries = Array.from({ length: n }, (_, i) => ({
    key: `demo/l:${i}`,
    state: Buffer.alloc(80, 1),
    wakeAt: 1_700_000_000_000,
    index: { name: 'demo/COLD', value: 1 },
    indexBefore: 'demo/HOT',
  }))
  await session.commit({ next: 1, clock: 1, outputs: {}, announced: -1, entries })
})

test('35,000 alias snapshots of one 4 MiB chunk are adopted', async () => {
  const session = await redisStore(redis, `t${randomUUID().slice(0, 8)}:`, 'trial', 0).claim()
  await session.position()
  await session.write(
    Array.from({ length: 35_000 }, (_, i) => ({
      key: `demo/v:${i}`,
      state: Buffer.alloc(80, 1),
      wakeAt: null,
      index: undefined,
      indexBefore: undefined,
    })),
  )
})

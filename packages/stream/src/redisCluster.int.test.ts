import { openRedis, type RedisClient } from '@hotlead/redis'
import { clusterRedis } from '@hotlead/testkit'
import { commitOf, entry } from '../test/storeContract.ts'
import { redisStore } from './redisStore.ts'

/** A cluster refuses a script whose keys lie in several slots: the tag `{p}` must put all of a partition in one. */

let cluster: Awaited<ReturnType<typeof clusterRedis>>
let redis: RedisClient
beforeAll(async () => {
  cluster = await clusterRedis()
  redis = openRedis(cluster.url)
})
afterAll(async () => {
  redis.disconnect()
  await cluster.stop()
})

test('every script runs on a Redis Cluster, for several partitions and both processors', async () => {
  for (const processor of ['scorer', 'tiering'])
    for (const partition of [0, 1, 7]) {
      const owner = await redisStore(redis, 'prefix:', processor, partition).claim()
      await owner.position()
      const index = (name: string) => ({ name: `demo/${name}`, value: 1 })
      await owner.commit(commitOf(1, [entry('a', 'A', { wakeAt: 9, index: index('HOT') })]))
      await owner.write([entry('a', 'B', { index: index('WARM'), indexBefore: 'demo/HOT' })])
      expect(String((await owner.read(['a']))[0])).toBe('B')
      for await (const chunk of owner.entries()) expect(chunk).toHaveLength(1)
      for await (const chunk of owner.timers()) expect(chunk).toEqual([{ key: 'a', due: 9 }])
      await owner.wipe(3)
      expect(await owner.read(['a'])).toEqual([undefined])
    }
})

import { openRedis } from '@hotlead/redis'
import { clusterRedis, Installation, plainRedis, until } from '@hotlead/testkit'

/** A Redis that hangs keeps its connections: only a question tells. */
test.each([
  ['Redis', plainRedis],
  ['Redis Cluster', clusterRedis],
])(
  '%s hangs: the service soon says that it is not ready, and is ready again without a restart',
  async (_, start) => {
    const redis = await start()
    const hot = await Installation.open({ HOTLEAD_REDIS: redis.url })
    const client = openRedis(redis.url)
    const pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1])
    client.disconnect()
    try {
      const scorer = await hot.start('scorer')
      const ready = async () => {
        const answer = await fetch(`${scorer.url}/readyz`)
        return { status: answer.status, said: await answer.text() }
      }
      process.kill(pid, 'SIGSTOP')
      const since = performance.now()
      const away = await until(ready, r => r.status === 503)
      expect(away.said).toBe('Redis does not answer\n')
      expect(performance.now() - since).toBeLessThan(2_500)
      process.kill(pid, 'SIGCONT')
      await until(ready, r => r.status === 200)
    } finally {
      process.kill(pid, 'SIGCONT')
      await hot.close()
      await redis.stop()
    }
  },
)

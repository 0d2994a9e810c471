import { randomUUID } from 'node:crypto'
import { openRedis, type RedisClient } from '@hotlead/redis'
import { clusterRedis, plainRedis, until } from '@hotlead/testkit'
import { storeContract, type Trial } from '../../test/storeContract.ts'
import { digestOf } from '../key.ts'
import { LiveSources } from '../liveSources.ts'
import type { Settings } from '../settings.ts'
import { change } from '../store.ts'
import { redisStore, sourcesKey } from './redisStore.ts'

describe.each([
  ['Redis', plainRedis],
  ['Redis Cluster', clusterRedis],
])('%s', (_name, start) => {
  let server: Awaited<ReturnType<typeof start>>
  let pid: number
  let client: RedisClient
  beforeAll(async () => {
    server = await start()
    client = openRedis(server.url)
    pid = Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1])
  })
  afterAll(async () => {
    client.disconnect()
    await server.stop()
  })

  async function open(): Promise<Trial & { prefix: string }> {
    const prefix = `t${randomUUID().slice(0, 8)}:`
    const key = sourcesKey(prefix)
    const clients: RedisClient[] = []
    return {
      prefix,
      store: redisStore(client, prefix, 'Redis'),
      other() {
        // As the ingestor's: what waits must not pile up while Redis hangs.
        const own = openRedis(server.url, () => {}, { answerWithin: 500 })
        clients.push(own)
        const store = redisStore(own, prefix, 'Redis')
        const isReady = until(
          () => own.status,
          status => status === 'ready',
          5,
        )
        return {
          ...store,
          async read() {
            await isReady
            return store.read()
          },
        }
      },
      async spoil() {
        const [version, text] = await client.hmget(key, 'version', 'workspace:acme')
        await client.hset(key, 'version', `${version}x`, 'workspace:acme', '{"name":"a/b"}')
        return async () => {
          await client.hset(key, 'version', version as string, 'workspace:acme', text as string)
        }
      },
      async away() {
        process.kill(pid, 'SIGSTOP')
        return async () => {
          process.kill(pid, 'SIGCONT')
        }
      },
      async close() {
        process.kill(pid, 'SIGCONT')
        for (const one of clients) one.disconnect()
      },
    }
  }

  storeContract(open)

  test('lost, or back at an earlier time: what an ingestor knows is put back, a revoked key stays revoked', async () => {
    const trial = await open()
    const said: string[] = []
    const say = (first: unknown, second?: string) => void said.push(second ?? String(first))
    const key = (digest: string) => ({ kind: 'write' as const, digest: digestOf(digest) })
    const settings = (...keys: string[]): Settings => ({
      workspaces: [{ name: 'w', sources: [{ name: 's', keys: keys.map(key) }] }],
    })
    const all = () => client.hgetall(sourcesKey(trial.prefix))
    await trial.store.write(settings('wk_old', 'wk_kept'), undefined)
    const earlier = await all()
    await change(trial.store, () => ({ settings: settings('wk_kept'), result: undefined }))
    const newest = await all()
    const log = { info: say, warn: say, error: say }
    const sources = await LiveSources.open(trial.other(), { log, every: 50 })
    try {
      await client.del(sourcesKey(trial.prefix))
      await until(all, now => now.version === newest.version)
      expect(await all()).toEqual(newest)
      // A dump from before the revocation, read back.
      await client.hset(sourcesKey(trial.prefix), earlier)
      await until(all, now => now.version === newest.version)
      expect(await all()).toEqual(newest)
      expect([sources.find('wk_old'), sources.find('wk_kept') !== undefined]).toEqual([undefined, true])
      expect(said).toEqual([expect.stringMatching(/had lost them/), expect.stringMatching(/had fallen back/)])
    } finally {
      sources.close()
      await trial.close()
    }
  })

  test('a write that is sent again counts once, and not after another', async () => {
    const trial = await open()
    const one: Settings = { workspaces: [{ name: 'one', sources: [] }] }
    await trial.store.write(one, undefined)
    const held = await trial.store.read()
    // As ioredis sends a command again after a reconnect: the very same arguments.
    expect(await trial.store.restore?.(held as never, undefined)).toBe(true)
    await trial.store.write({ workspaces: [{ name: 'two', sources: [] }] }, held?.version)
    expect(await trial.store.restore?.(held as never, undefined)).toBe(false)
    expect((await trial.store.read())?.settings.workspaces.map(w => w.name)).toEqual(['two'])
    await trial.close()
  })
})

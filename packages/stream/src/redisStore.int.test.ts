import { randomUUID } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { openRedis } from '@hotlead/redis'
import { commitOf, entry, storeContract } from '../test/storeContract.ts'
import { redisKeys, redisStore } from './redisStore.ts'

type Monitored = typeof redis & { monitor(): Promise<EventEmitter & { disconnect(): void }> }
const LUA = readFileSync(new URL('lua/commit.lua', import.meta.url), 'utf8')
const redis = openRedis(process.env.HOTLEAD_TEST_REDIS as string)
afterAll(() => redis.disconnect())

async function open() {
  const prefix = `t${randomUUID().slice(0, 8)}:`
  const keys = redisKeys(prefix, 'trial', 3)
  const all = () => redis.keys(`${prefix}*`)
  return {
    keys,
    store: redisStore(redis, prefix, 'trial', 3),
    async dump() {
      const copies = await Promise.all(
        (await all()).map(async key => [key, await redis.dumpBuffer(key)] as const),
      )
      return async () => {
        await redis.unlink(...(await all()))
        for (const [key, bytes] of copies) await redis.call('RESTORE', key, '0', bytes as Buffer)
      }
    },
    async wipeAll() {
      await redis.unlink(...(await all()))
    },
    async claimAgain(token: string) {
      await redis.hset(keys.pos, 'stamp', `${token}/0`)
    },
    async index(name: string): Promise<[string, number][]> {
      const flat = await redis.zrange(keys.index(name), '0', '-1', 'WITHSCORES')
      return flat.flatMap((key, i) => (i % 2 === 0 ? [[key, Number(flat[i + 1])] as [string, number]] : []))
    },
  }
}

storeContract(open)

test('a commit whose reply was lost counts when it is sent again, and never later (finding 20)', async () => {
  const { store, keys } = await open()
  const owner = await store.claim()
  await owner.position()
  const seen: unknown[][] = []
  const spy = await (redis as Monitored).monitor()
  spy.on('monitor', (_time: string, args: unknown[]) => {
    if (String(args[0]).toLowerCase().startsWith('eval') && args.includes(keys.state)) seen.push(args)
  })
  await owner.commit(commitOf(1, [entry('a', 'first')]))
  while (seen.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  spy.disconnect()
  // The very arguments, as ioredis sends them again after a reconnect.
  const [, , ...args] = seen[0] as string[]
  const again = () => redis.call('EVAL', LUA, ...args)
  expect(await again()).toBe(2)
  await owner.commit(commitOf(2, [entry('a', 'second')]))
  expect(await again()).toBe(0)
  expect(String((await owner.read(['a']))[0])).toBe('second')
})

test('50,000 keys that wake at once are committed, and 35,000 are adopted', async () => {
  const { store } = await open()
  const owner = await store.claim()
  await owner.position()
  const woken = Array.from({ length: 50_000 }, (_, i) =>
    entry(`demo/l:${i}`, 'state', { wakeAt: 5, index: { name: 'COLD', value: 1 }, indexBefore: 'HOT' }),
  )
  await owner.commit(commitOf(1, woken))
  const adopted = Array.from({ length: 35_000 }, (_, i) => entry(`demo/v:${i}`, 'alias', { wakeAt: null }))
  await owner.write(adopted)
  const read = await owner.read(['demo/l:0', 'demo/l:49999', 'demo/v:0', 'demo/v:34999'])
  expect(read.map(String)).toEqual(['state', 'state', 'alias', 'alias'])
  let timers = 0
  for await (const chunk of owner.timers()) timers += chunk.length
  expect(timers).toBe(50_000)
  expect((await (await store.claim()).position()).next).toBe(1)
})

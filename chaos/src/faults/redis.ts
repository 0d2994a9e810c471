import { cannotFill, type Dump } from '../redisServer.ts'
import { sleep } from '../world.ts'
import type { Fault } from './fault.ts'

/** Dumps kept for later rounds to fall back to. */
const DUMPS = 4

/** SIGKILL; back with what its append-only file holds: up to a second of writes is gone. */
const killed: Fault = {
  kind: 'redis-killed',
  weight: 1.5,
  draw: dice => {
    const away = dice.whole(0, 1_500)
    return { lane: 'redis', lasts: away + 1_000, what: { away } }
  },
  async run({ servers: { redis } }, { away }) {
    await redis.kill()
    await sleep(Number(away))
    await redis.start()
  },
}

const flushed: Fault = {
  kind: 'redis-flushed',
  weight: 0.6,
  draw: () => ({ lane: 'redis', lasts: 100, what: {} }),
  async run({ servers: { redis } }) {
    await redis.flush()
  },
}

/** An older state takes the place of the present one, under live services whose connections stand. */
const olderDump: Fault = {
  kind: 'redis-older-dump',
  weight: 1.5,
  draw: dice => {
    const later = dice.whole(200, 5_000)
    return {
      lane: 'redis',
      lasts: later + 200,
      what: { later, which: dice.pick(['own', 'own', 'own', 'oldest']) },
    }
  },
  async run(world, { later, which }) {
    const { redis } = world.servers
    const own = await redis.dump(world.redisPrefix)
    await sleep(Number(later))
    await redis.putBack(which === 'oldest' ? (world.dumps[0] ?? own) : own)
    keep(world.dumps, own)
  },
}

function keep(dumps: Dump[], dump: Dump): void {
  dumps.push(dump)
  if (dumps.length > DUMPS) dumps.shift()
}

/** Killed, and started again from a copy of its files that was taken earlier. */
const olderFiles: Fault = {
  kind: 'redis-older-files',
  weight: 0.8,
  draw: dice => {
    const later = dice.whole(200, 4_000)
    return { lane: 'redis', lasts: later + 1_500, what: { later } }
  },
  async run({ servers: { redis } }, { later }) {
    const copy = redis.copyFiles()
    await sleep(Number(later))
    await redis.kill()
    redis.putFiles(copy)
    await redis.start()
  },
}

/** The append-only file cannot grow: Redis refuses every write and goes on answering reads. */
const diskFull: Fault = {
  kind: 'redis-disk-full',
  weight: 1,
  cannot: cannotFill,
  draw: dice => {
    const lasts = dice.whole(500, 4_000)
    return { lane: 'redis', lasts, what: { lasts } }
  },
  async run({ servers: { redis } }, { lasts }) {
    redis.fill()
    await sleep(Number(lasts))
    redis.free()
  },
}

export const REDIS: readonly Fault[] = [killed, flushed, olderDump, olderFiles, diskFull]

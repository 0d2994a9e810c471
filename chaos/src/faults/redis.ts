import { redisKeys } from '@hotlead/stream'
import { cannotLimit } from '../fileLimit.ts'
import type { Dump } from '../redisServer.ts'
import { namesOf, sleep } from '../world.ts'
import type { Fault } from './fault.ts'

/** Dumps kept for later rounds to fall back to. */
const DUMPS = 4

/** SIGKILL; back with what its append-only file holds: up to a second of writes is gone. */
const killed: Fault = {
  kind: 'redis-killed',
  weight: 1.5,
  draw: dice => {
    const away = dice.whole(0, 1_500)
    return { lanes: ['redis'], lasts: away + 1_000, what: { away } }
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
  draw: () => ({ lanes: ['redis'], lasts: 100, what: {} }),
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
      lanes: ['redis'],
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
    return { lanes: ['redis'], lasts: later + 1_500, what: { later } }
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
  cannot: cannotLimit,
  draw: dice => {
    const lasts = dice.whole(500, 4_000)
    return { lanes: ['redis'], lasts, what: { lasts } }
  },
  async run({ servers: { redis } }, { lasts }) {
    redis.fill()
    await sleep(Number(lasts))
    redis.free()
  },
}

/** Writes after which a state is set aside: as many as another owner will have done soon after it took over. */
const WRITES = 15
/** ms that each half of it may take; where others hold it up it is given up, and is a restart and no more. */
const HALF = 20_000

/**
 * A partition's state is set aside, all instances of its service are killed, and it is put back when the next owner has
 * written exactly as often: only the token tells the two states apart.
 */
const sameNumber: Fault = {
  kind: 'redis-same-number',
  weight: 0.3,
  draw: (dice, shape) => {
    const service = dice.pick(['scorer', 'tiering'] as const)
    return { lanes: ['redis', ...namesOf(shape, service)], lasts: 16_000, what: { service } }
  },
  async run(world, { service }) {
    const { redis } = world.servers
    const all = world.instances.filter(i => i.service === service)
    const restart = async () => {
      await Promise.all(all.map(i => i.kill()))
      for (const one of all) one.start()
    }
    const partitions = Array.from({ length: world.partitions }, (_, partition) => {
      const { pos } = redisKeys(world.redisPrefix, String(service), partition)
      return { pos, prefix: pos.slice(0, -'pos'.length) }
    })
    const stampOf = (pos: string) => redis.client.hget(pos, 'stamp')
    const earlier = await Promise.all(partitions.map(p => stampOf(p.pos)))
    await restart()
    let deadline = performance.now() + HALF
    const aside = await Promise.all(
      partitions.map(async (partition, i) => {
        for (;;) {
          const [token = '', number = '0'] = ((await stampOf(partition.pos)) ?? '').split('/')
          if (token !== earlier[i]?.split('/')[0] && Number(number) >= WRITES) break
          if (performance.now() > deadline) return undefined
          await sleep(20)
        }
        return { ...partition, stamp: await redis.setAside(partition.prefix, partition.pos) }
      }),
    )
    await restart()
    deadline = performance.now() + HALF
    await Promise.all(
      aside.map(async kept => {
        while (kept && performance.now() < deadline) {
          if ((await redis.backAtSameNumber(kept.prefix, kept.pos, kept.stamp)) !== 'not yet') return
          await sleep(1)
        }
      }),
    )
  },
}

export const REDIS: readonly Fault[] = [killed, flushed, olderDump, olderFiles, diskFull, sameNumber]

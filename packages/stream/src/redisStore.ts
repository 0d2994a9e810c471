import { type RedisClient, script } from '@hotlead/redis'
import type { Commit, Entry, Position, Store } from './store.ts'

/** Entries per round trip when a whole partition is listed: about 1 MB. */
const SCAN = 2_000

/**
 * Redis keys of one processor's partition. The hash tag `{p}` puts them in one slot of a Redis Cluster, so that one
 * script can write them all.
 */
export function redisKeys(prefix: string, processor: string, partition: number) {
  const base = `${prefix}{${partition}}:${processor}:`
  return {
    pos: `${base}pos`,
    state: `${base}state`,
    timers: `${base}timers`,
    indexes: `${base}indexes`,
    index: (name: string) => `${base}index:${name}`,
  }
}

export function redisStore(client: RedisClient, prefix: string, processor: string, partition: number): Store {
  const keys = redisKeys(prefix, processor, partition)
  const claim = script(client, 'hotleadClaim', new URL('lua/claim.lua', import.meta.url))
  const wipe = script(client, 'hotleadWipe', new URL('lua/wipe.lua', import.meta.url))
  const commit = script(client, 'hotleadCommit', new URL('lua/commit.lua', import.meta.url))

  async function run(
    token: string,
    expected: string,
    next: string,
    fields: string[],
    entries: readonly Entry[],
  ) {
    const { args, indexes } = pack(entries, keys.index)
    const all = [keys.pos, keys.state, keys.timers, keys.indexes, ...indexes]
    return (await commit(all, [token, expected, next, fields.length / 2, ...fields, ...args])) !== 0
  }

  return {
    async claim(token) {
      await claim([keys.pos], [token])
    },
    async position() {
      return parsePosition(await client.hgetall(keys.pos))
    },
    async read(wanted) {
      if (wanted.length === 0) return []
      const values = await client.hmgetBuffer(keys.state, ...wanted)
      return values.map(v => v ?? undefined)
    },
    async *timers() {
      let cursor = '0'
      do {
        const [next, flat] = await client.zscan(keys.timers, cursor, 'COUNT', SCAN)
        cursor = next
        const found = []
        for (let i = 0; i < flat.length; i += 2)
          found.push({ key: flat[i] as string, due: Number(flat[i + 1]) })
        yield found
      } while (cursor !== '0')
    },
    async *entries() {
      let cursor = '0'
      do {
        const [next, flat] = await client.hscanBuffer(keys.state, cursor, 'COUNT', SCAN)
        cursor = next.toString()
        const found = []
        for (let i = 0; i < flat.length; i += 2)
          found.push({ key: (flat[i] as Buffer).toString(), state: flat[i + 1] as Buffer })
        yield found
      } while (cursor !== '0')
    },
    commit({ token, expected, next, clock, outputs, entries, rebuildUntil }: Commit) {
      const fields = ['clock', String(clock)]
      for (const [topic, end] of Object.entries(outputs)) fields.push(`out:${topic}`, String(end))
      if (rebuildUntil !== undefined) fields.push('rebuildUntil', String(rebuildUntil))
      return run(token, expected === undefined ? '' : String(expected), String(next), fields, entries)
    },
    write(token, entries) {
      return run(token, '', '=', [], entries)
    },
    async wipe(token, rebuildUntil) {
      const indexes = await client.smembers(keys.indexes)
      const all = [keys.pos, keys.state, keys.timers, keys.indexes, ...indexes]
      return (await wipe(all, [token, rebuildUntil])) === 1
    },
  }
}

/** A position as its Redis hash holds it; undefined where nobody ever claimed the partition. */
export function parsePosition(hash: Record<string, string>): Position | undefined {
  if (hash.token === undefined) return undefined
  const outputs: Record<string, number> = {}
  for (const [field, value] of Object.entries(hash))
    if (field.startsWith('out:')) outputs[field.slice(4)] = Number(value)
  return {
    token: hash.token,
    next: hash.next === undefined ? undefined : Number(hash.next),
    clock: Number(hash.clock ?? 0),
    outputs,
    rebuildUntil: Number(hash.rebuildUntil ?? 0),
  }
}

/** Arguments of commit.lua after the position fields, and the index keys that they number from 5 on. */
function pack(entries: readonly Entry[], indexKey: (name: string) => string) {
  const states: (string | Buffer)[] = []
  const gone: string[] = []
  const timers: string[] = []
  const moves: (string | number)[] = []
  const indexes: string[] = []
  const numberOf = (name: string | undefined) => {
    if (name === undefined) return 0
    const key = indexKey(name)
    let i = indexes.indexOf(key)
    if (i < 0) i = indexes.push(key) - 1
    return i + 5
  }
  for (const e of entries) {
    if (e.state === undefined) gone.push(e.key)
    else states.push(e.key, e.state)
    if (e.wakeAt !== undefined) timers.push(e.wakeAt === null ? '' : String(e.wakeAt), e.key)
    if (e.index !== undefined || e.indexBefore !== undefined) {
      const leave = e.indexBefore === e.index?.name ? undefined : e.indexBefore
      moves.push(numberOf(leave), numberOf(e.index?.name), e.index?.value ?? 0, e.key)
    }
  }
  const args = [
    states.length / 2,
    ...states,
    gone.length,
    ...gone,
    timers.length / 2,
    ...timers,
    moves.length / 4,
    ...moves,
  ]
  return { args, indexes }
}

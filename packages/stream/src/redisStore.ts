import { randomUUID } from 'node:crypto'
import { type RedisClient, type Script, script } from '@hotlead/redis'
import { OwnershipLostError } from './errors.ts'
import type { Commit, Entry, Loss, Position, Session, Store } from './store.ts'

/** Entries per round trip when a whole partition is listed: about 1 MB. */
const SCAN = 2_000
/** Keys of one read: below what Lua's stack takes. */
const READ = 5_000
/** Entries of one write: 160,000 arguments at most, where Redis takes a million, and some 100 ms of its time. */
const WRITE = 20_000

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
  const lua = (name: string) => script(client, `hotlead-${name}`, new URL(`lua/${name}.lua`, import.meta.url))
  const [claim, take, read, commit, wipe] = ['claim', 'take', 'read', 'commit', 'wipe'].map(lua) as [
    Script,
    Script,
    Script,
    Script,
    Script,
  ]
  const all = [keys.pos, keys.state, keys.timers, keys.indexes]

  async function session(): Promise<Session> {
    const token = randomUUID()
    let writes = 0
    const stamp = () => `${token}/${writes}`
    const nextStamp = () => `${token}/${writes + 1}`
    await claim([keys.pos], [stamp()])

    /** A write is in the state once it is answered 1, or 2: the copy of a command whose reply was lost. */
    async function written(reply: Promise<unknown>): Promise<void> {
      if ((await reply) === 0) throw lost()
      writes++
    }
    async function reading(key: string, command: string, args: (string | number)[]): Promise<unknown> {
      const reply = await read.buffers([keys.pos, key], [stamp(), command, ...args])
      if (reply === null) throw lost()
      return reply
    }
    async function* scan(key: string, command: string): AsyncGenerator<Buffer[]> {
      let cursor = '0'
      do {
        const [next, flat] = (await reading(key, command, [cursor, 'COUNT', SCAN])) as [Buffer, Buffer[]]
        cursor = next.toString()
        yield flat
      } while (cursor !== '0')
    }
    function write(fields: string[], entries: readonly Entry[]): Promise<void> {
      const { args, indexes } = pack(entries, keys.index)
      const argv = [stamp(), nextStamp(), fields.length / 2, ...fields, ...args]
      return written(commit([...all, ...indexes], argv))
    }

    /**
     * Where very many keys wake at once: slices that one command can carry, but for the last, which is returned. Between
     * them the position lies behind some keys, which then skip by their own offsets what they have; what they published
     * is announced. So it may end anywhere, as the chunks of a rebuild may.
     */
    async function writeAllBut(entries: readonly Entry[]): Promise<readonly Entry[]> {
      let from = 0
      for (; entries.length - from > WRITE; from += WRITE) await write([], entries.slice(from, from + WRITE))
      return from === 0 ? entries : entries.slice(from)
    }

    return {
      token,
      async position() {
        const flat = (await take([keys.pos], [stamp(), nextStamp()])) as string[] | null
        if (flat === null) throw lost()
        writes++
        const hash: Record<string, string> = {}
        for (let i = 0; i < flat.length; i += 2) hash[flat[i] as string] = flat[i + 1] as string
        return parsePosition(hash) as Position
      },
      async read(wanted) {
        const chunks: Promise<unknown>[] = []
        for (let i = 0; i < wanted.length; i += READ)
          chunks.push(reading(keys.state, 'HMGET', wanted.slice(i, i + READ)))
        const values = (await Promise.all(chunks)).flat() as (Buffer | null)[]
        return values.map(v => v ?? undefined)
      },
      async *timers() {
        for await (const flat of scan(keys.timers, 'ZSCAN')) {
          const found = []
          for (let i = 0; i < flat.length; i += 2)
            found.push({ key: String(flat[i]), due: Number(String(flat[i + 1])) })
          yield found
        }
      },
      async *entries() {
        for await (const flat of scan(keys.state, 'HSCAN')) {
          const found = []
          for (let i = 0; i < flat.length; i += 2)
            found.push({ key: String(flat[i]), state: flat[i + 1] as Buffer })
          yield found
        }
      },
      async commit({ next, clock, outputs, announced, entries }: Commit) {
        const fields = ['next', String(next), 'clock', String(clock), 'announced', String(announced)]
        for (const [topic, end] of Object.entries(outputs)) fields.push(`out:${topic}`, String(end))
        await write(fields, await writeAllBut(entries))
      },
      async write(entries) {
        await write([], await writeAllBut(entries))
      },
      async identify({ cluster, topics }) {
        const ids = Object.entries(topics).flatMap(([topic, id]) => [`topic:${topic}`, id])
        await write(['cluster', cluster, ...ids], [])
      },
      async wipe(rebuildUntil) {
        const indexes = await client.smembers(keys.indexes)
        await written(wipe([...all, ...indexes], [stamp(), nextStamp(), rebuildUntil]))
      },
    }
  }
  return {
    claim: session,
    peek: async () => parsePosition(await client.hgetall(keys.pos)),
  }
}

function lost(): OwnershipLostError {
  return new OwnershipLostError('the state has another owner, or is not what this owner left there')
}

/** A position as its Redis hash holds it; undefined where nobody ever claimed the partition. */
export function parsePosition(hash: Record<string, string>): Position | undefined {
  if (hash.stamp === undefined) return undefined
  const outputs: Record<string, number> = {}
  const topics: Record<string, string> = {}
  const losses: Loss[] = []
  for (const [field, value] of Object.entries(hash)) {
    if (field.startsWith('out:')) outputs[field.slice(4)] = Number(value)
    if (field.startsWith('topic:')) topics[field.slice(6)] = value
    if (field.startsWith('loss:')) losses.push(lossOf(field, value))
  }
  return {
    next: offsetIn(hash.next),
    folded: hash.next === undefined ? offsetIn(hash.folded) : undefined,
    clock: Number(hash.clock ?? 0),
    outputs,
    announced: Number(hash.announced ?? -1),
    rebuildUntil: Number(hash.rebuildUntil ?? 0),
    log: hash.cluster === undefined ? undefined : { cluster: hash.cluster, topics },
    losses,
  }
}

function offsetIn(field: string | undefined): number | undefined {
  return field === undefined ? undefined : Number(field)
}

/**
 * A field of the position's hash that says that a person goes on without these records. It names them by their offsets, so
 * it can stand for no other loss; a wipe leaves it.
 */
export function lossField({ from, to, at }: Loss): [field: string, value: string] {
  return [`loss:${from}`, `${to} ${at}`]
}

function lossOf(field: string, value: string): Loss {
  const [to, at] = value.split(' ')
  return { from: Number(field.slice(5)), to: Number(to), at: Number(at) }
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

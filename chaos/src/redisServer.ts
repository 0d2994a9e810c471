import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Guarded, jars, pings, redisBinary } from '@hotlead/local'
import { openRedis, type RedisClient } from '@hotlead/redis'
import { limitFiles } from './fileLimit.ts'

export interface RedisOptions {
  /** Where the jars with the binary are. */
  cacheDir: string
  dataDir: string
  port: number
}

/** Before the keys of copies that are kept in Redis: none of an installation's own begins so. */
const ASIDE = 'chaos-aside:'

/** Every key of a moment with its content, as DUMP writes it. */
export type Dump = [key: Buffer, content: Buffer][]

const DUMP = `local found = {}
for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
  found[#found + 1] = key
  found[#found + 1] = redis.call('DUMP', key)
end
return found`

const SET_ASIDE = `for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
  redis.call('COPY', key, ARGV[2] .. key, 'REPLACE')
end
return redis.call('HGET', KEYS[1], 'stamp')`

const BACK_AT_NUMBER = `local stamp = redis.call('HGET', KEYS[1], 'stamp') or ''
if stamp == ARGV[3] or string.match(stamp, '[^/]*$') ~= string.match(ARGV[3], '[^/]*$') then return 0 end
if redis.call('EXISTS', ARGV[2] .. KEYS[1]) == 0 then return -1 end
for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do redis.call('DEL', key) end
for _, key in ipairs(redis.call('KEYS', ARGV[2] .. '*')) do
  redis.call('RENAME', key, string.sub(key, #ARGV[2] + 1))
end
return 1`

/** A Redis with an append-only file (fsync every second) that can be killed, filled and set back. */
export class RedisServer {
  readonly port: number
  /** Straight to the server, past the proxy. */
  readonly client: RedisClient
  readonly #o: RedisOptions
  readonly #data: string
  #running: Guarded | undefined
  #copies = 0

  constructor(o: RedisOptions) {
    this.#o = o
    this.port = o.port
    this.#data = join(o.dataDir, 'redis')
    this.client = openRedis(`redis://127.0.0.1:${o.port}`)
  }

  async start(): Promise<void> {
    mkdirSync(this.#data, { recursive: true })
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.#data,
      appendonly: 'yes',
      appendfsync: 'everysec',
      save: '',
      'maxmemory-policy': 'noeviction',
    }
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
    const binary = redisBinary(await jars(this.#o.cacheDir, () => {}))
    this.#running = new Guarded({
      name: 'Redis',
      // A write beyond the limit that `fill` sets then fails as it does on a full disk, instead of ending Redis.
      command: 'sh',
      args: ['-c', `trap '' XFSZ; exec "$0" "$@"`, binary, ...args],
      logFile: join(this.#o.dataDir, 'logs', 'redis.log'),
      pidFile: join(this.#o.dataDir, 'pids', 'redis.json'),
    })
    await this.#running.until(() => pings(this.port), 60_000)
  }

  async kill(): Promise<void> {
    await this.#running?.kill()
  }

  async stop(): Promise<void> {
    this.client.disconnect()
    await this.#running?.stop()
  }

  /** Loses everything. */
  async flush(): Promise<void> {
    await this.client.flushall()
  }

  /** All keys that start so, as they are at this one moment. */
  async dump(prefix: string): Promise<Dump> {
    const flat = (await this.client.callBuffer('EVAL', DUMP, '0', `${prefix}*`)) as Buffer[]
    return Array.from({ length: flat.length / 2 }, (_, i) => [
      flat[2 * i] as Buffer,
      flat[2 * i + 1] as Buffer,
    ])
  }

  /** Falls back to an earlier moment, under its clients: no connection is lost. */
  async putBack(dump: Dump): Promise<void> {
    const all = (this.client as Extract<RedisClient, { multi: unknown }>).multi().flushall()
    for (const [key, content] of dump) all.restore(key, 0, content)
    await all.exec()
  }

  /**
   * Keeps a copy of all keys that start with `prefix` in Redis itself.
   * @param pos the position among them
   * @returns the stamp of the copy
   */
  async setAside(prefix: string, pos: string): Promise<string> {
    return String(await this.client.eval(SET_ASIDE, 1, pos, prefix, ASIDE))
  }

  /**
   * Puts that copy back in the very moment in which another owner has written as often as its own had by then.
   * @param stamp as `setAside` returned it
   * @returns whether it is done, or can be done no more
   */
  async backAtSameNumber(prefix: string, pos: string, stamp: string): Promise<'done' | 'not yet' | 'gone'> {
    const did = await this.client.eval(BACK_AT_NUMBER, 1, pos, prefix, ASIDE, stamp)
    return did === 1 ? 'done' : did === 0 ? 'not yet' : 'gone'
  }

  /** A copy of its files, which `putFiles` puts back. */
  copyFiles(): string {
    const copy = join(this.#o.dataDir, `redis-copy-${this.#copies++}`)
    cpSync(this.#data, copy, { recursive: true })
    return copy
  }

  /** To be called while it is not running. */
  putFiles(copy: string): void {
    rmSync(this.#data, { recursive: true, force: true })
    cpSync(copy, this.#data, { recursive: true })
    rmSync(copy, { recursive: true })
  }

  /** No byte more fits into its files, until `free` or a restart. @throws where this machine has no prlimit */
  fill(): void {
    limitFiles(this.#running?.pid, Math.max(1, largest(this.#data)))
  }

  free(): void {
    limitFiles(this.#running?.pid, 'unlimited')
  }
}

/** Bytes of the largest file in a folder, at any depth. */
function largest(folder: string): number {
  const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => statSync(join(entry.parentPath, entry.name)).size)
  return Math.max(0, ...sizes)
}

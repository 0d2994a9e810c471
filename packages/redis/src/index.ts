import { readFileSync } from 'node:fs'
import { Cluster, Redis } from 'ioredis'

export { evicting, infoFields, type MemoryPolicy, memoryPolicies } from './memoryPolicy.ts'

export { remarks } from './remarks.ts'

export type RedisClient = Redis | Cluster

/**
 * Connects to `redis://host:port/db`, or to a Redis Cluster by `redis-cluster://host:port,host:port`.
 * ioredis sends unanswered commands again after a reconnect (100,000 increments became 100,054 under cut connections):
 * every write of ours is a script that compares the stored position first, so a second arrival changes nothing.
 */
export function openRedis(url: string, onError: (error: Error) => void = () => {}): RedisClient {
  const options = { maxRetriesPerRequest: null, enableAutoPipelining: false }
  const client = url.startsWith('redis-cluster://')
    ? new Cluster(
        url
          .slice('redis-cluster://'.length)
          .split(',')
          .map(node => ({ host: node.split(':')[0] as string, port: Number(node.split(':')[1] ?? 6379) })),
        { redisOptions: options },
      )
    : new Redis(url, options)
  client.on('error', onError)
  return client
}

type Argument = string | number | Buffer
/** A Lua file as a callable: EVALSHA with the keys first, all in one Cluster slot, then the arguments. */
export interface Script {
  (keys: string[], args: Argument[]): Promise<unknown>
  /** With bulk replies as bytes. */
  buffers(keys: string[], args: Argument[]): Promise<unknown>
}

export function script(client: RedisClient, name: string, file: URL): Script {
  client.defineCommand(name, { lua: readFileSync(file, 'utf8') })
  const commands = client as unknown as Record<string, unknown>
  // Lists, which ioredis flattens: spread, 100,000 arguments are more than V8's stack takes.
  const run = commands[name] as (count: number, keys: string[], args: Argument[]) => Promise<unknown>
  const runBuffers = commands[`${name}Buffer`] as typeof run
  return Object.assign((keys: string[], args: Argument[]) => run.call(client, keys.length, keys, args), {
    buffers: (keys: string[], args: Argument[]) => runBuffers.call(client, keys.length, keys, args),
  })
}

import { readFileSync } from 'node:fs'
import { Cluster, Redis } from 'ioredis'

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

/** A Lua file as a callable: EVALSHA with the keys first, all in one Cluster slot, then the arguments. */
export function script(client: RedisClient, name: string, file: URL) {
  client.defineCommand(name, { lua: readFileSync(file, 'utf8') })
  const run = (
    client as unknown as Record<string, (...all: (string | number | Buffer)[]) => Promise<unknown>>
  )[name]
  return (keys: string[], args: (string | number | Buffer)[]): Promise<unknown> =>
    (run as NonNullable<typeof run>).call(client, keys.length, ...keys, ...args)
}

import { readFileSync } from 'node:fs'
import { Cluster, Redis } from 'ioredis'
import { fastStrings } from './fastStrings.ts'

export { evicting, infoFields, type MemoryPolicy, memoryPolicies } from './memoryPolicy.ts'

export { remarks } from './remarks.ts'

fastStrings()

export type RedisClient = Redis | Cluster

export interface RedisOptions {
  /**
   * ms after which a command without a reply fails. While there is no connection it fails at once, and none is sent
   * again: for callers that have something else to go by, and must not pile up what waits. Left out: a command waits for
   * as long as it takes.
   */
  answerWithin?: number
}

/** ms between two attempts to connect again, at most: 2 s later the other side is known to be back. */
const RECONNECT = 1_000

/**
 * Connects to `redis://host:port/db`, or to a Redis Cluster by `redis-cluster://host:port,host:port`.
 * ioredis sends unanswered commands again after a reconnect (100,000 increments became 100,054 under cut connections):
 * every write of ours is a script that compares the stored position first, so a second arrival changes nothing.
 */
export function openRedis(
  url: string,
  onError: (error: Error) => void = () => {},
  { answerWithin }: RedisOptions = {},
): RedisClient {
  const impatient = answerWithin !== undefined && {
    commandTimeout: answerWithin,
    // A server that hangs keeps its connections: closed, they hold no commands.
    socketTimeout: 2 * answerWithin,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times: number) => Math.min(50 * times, RECONNECT),
  }
  const options = { maxRetriesPerRequest: null, enableAutoPipelining: false, ...impatient }
  const client = url.startsWith('redis-cluster://')
    ? new Cluster(
        url
          .slice('redis-cluster://'.length)
          .split(',')
          .map(node => ({ host: node.split(':')[0] as string, port: Number(node.split(':')[1] ?? 6379) })),
        { redisOptions: options, ...(impatient && { enableOfflineQueue: false }) },
      )
    : new Redis(url, options)
  client.on('error', onError)
  return client
}

/**
 * Resolves once the client can send commands.
 * @throws where that takes longer than `within` ms
 */
export function connected(client: RedisClient, within: number): Promise<void> {
  if (client.status === 'ready') return Promise.resolve()
  return new Promise((resolve, reject) => {
    const ready = () => {
      clearTimeout(late)
      resolve()
    }
    const late = setTimeout(() => {
      client.off('ready', ready)
      reject(new Error(`Redis does not answer within ${within} ms`))
    }, within)
    client.once('ready', ready)
  })
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

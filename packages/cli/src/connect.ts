import { Socket } from 'node:net'
import { kafkaClient } from '@hotlead/kafka'
import { openRedis, type RedisClient } from '@hotlead/redis'
import type { CliConfig } from './config.ts'
import { CliError, EXIT } from './exit.ts'

/** How long a part may take to accept a connection: on one machine it is there at once or not at all. */
const WITHIN = 3_000

/** A part that does not answer, by its name and address. */
export function unavailable(part: string, address: string, cause?: unknown): CliError {
  const { code, message } = (cause ?? {}) as { code?: string; message?: string }
  const why = code ?? message
  return new CliError(
    EXIT.unavailable,
    `${part} at ${address} does not answer${why ? ` (${why})` : ''}.`,
    'Start everything with `npm start`, or see `hotlead status` for what runs.',
    cause,
  )
}

/** Whether something accepts connections there. */
export function accepts(host: string, port: number, within = WITHIN): Promise<Error | undefined> {
  return new Promise(resolve => {
    const socket = new Socket()
    const done = (error?: Error) => {
      socket.destroy()
      resolve(error)
    }
    socket.setTimeout(within, () => done(new Error(`no connection within ${within} ms`)))
    socket.once('error', done)
    socket.connect(port, host, () => done())
  })
}

/** A client, once a broker is there: kafkajs alone would try for ten seconds before it says that there is none. */
export async function connectKafka(config: CliConfig) {
  const answers = await Promise.all(
    config.HOTLEAD_KAFKA.map(broker => {
      const colon = broker.lastIndexOf(':')
      return accepts(broker.slice(0, colon).replace(/^\[|\]$/g, ''), Number(broker.slice(colon + 1)))
    }),
  )
  if (answers.every(a => a !== undefined))
    throw unavailable('Kafka', config.HOTLEAD_KAFKA.join(','), answers[0])
  return kafkaClient({ brokers: config.HOTLEAD_KAFKA, clientId: 'hotlead-cli' })
}

/** A client that has answered a PING. */
export async function connectRedis(config: CliConfig): Promise<RedisClient> {
  let failed: (error: Error) => void = () => {}
  const failure = new Promise<never>((_, reject) => {
    failed = reject
  })
  const late = setTimeout(() => failed(new Error(`no answer within ${WITHIN} ms`)), WITHIN)
  const redis = openRedis(config.HOTLEAD_REDIS, error => failed(error))
  try {
    await Promise.race([redis.ping(), failure])
    failure.catch(() => {})
    return redis
  } catch (cause) {
    redis.disconnect()
    throw unavailable('Redis', addressOf(config.HOTLEAD_REDIS), cause)
  } finally {
    clearTimeout(late)
  }
}

/** A URL without what it may hold of passwords. */
export function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

import { kafkaClient } from '@hotlead/kafka'
import { openRedis, type RedisClient } from '@hotlead/redis'
import { type CliConfig, isElsewhere, type Place } from './config.ts'
import { CliError, EXIT } from './exit.ts'
import { type NoBroker, speaksKafka } from './speaksKafka.ts'

/** ms that Redis may take to answer: on one machine it is there at once or not at all. */
const WITHIN = 3_000

/** A part that does not answer, by its name and address, and by the variable that put it there. */
export function unavailable(
  config: CliConfig,
  place: Place,
  part: string,
  address: string,
  cause?: unknown,
): CliError {
  const { code, message } = (cause ?? {}) as { code?: string; message?: string }
  const why = code ?? message
  return new CliError(
    EXIT.unavailable,
    `${part} at ${address} does not answer${why ? ` (${why})` : ''}.`,
    isElsewhere(config, place)
      ? `${place} is set and names this address: correct it, unset it for this machine's own, or start what is there.`
      : 'Start everything with `npm start`, or see `hotlead status` for what runs.',
    cause,
  )
}

/** Something answers where a part should be, in another language. */
export function isAnother(
  place: Place,
  part: string,
  address: string,
  why: string,
  cause?: unknown,
): CliError {
  return new CliError(
    EXIT.unavailable,
    `What answers at ${address} is no ${part} (${why}).`,
    `Set ${place} to where the ${part} is.`,
    cause,
  )
}

/** A client, once a broker has answered: kafkajs alone would try for ten seconds, and for thirty where it hangs. */
export async function connectKafka(config: CliConfig) {
  const asked = config.HOTLEAD_KAFKA.map(broker => {
    const colon = broker.lastIndexOf(':')
    return speaksKafka(broker.slice(0, colon).replace(/^\[|\]$/g, ''), Number(broker.slice(colon + 1)))
  })
  // One that answers is enough: of three, one may hang.
  const one = new Promise<undefined>(resolve => {
    for (const answer of asked) answer.then(found => found ?? resolve(undefined))
  })
  const [none] = (await Promise.race([one, Promise.all(asked)])) ?? []
  if (none) throw noKafka(config, none)
  return kafkaClient({ brokers: config.HOTLEAD_KAFKA, clientId: 'hotlead-cli' })
}

function noKafka(config: CliConfig, { state, cause }: NoBroker): CliError {
  const address = config.HOTLEAD_KAFKA.join(',')
  if (state === 'another') return isAnother('HOTLEAD_KAFKA', 'Kafka', address, cause.message, cause)
  const away = unavailable(config, 'HOTLEAD_KAFKA', 'Kafka', address, cause)
  if (state === 'away') return away
  return new CliError(
    EXIT.unavailable,
    away.message,
    'It takes connections, so it hangs or is starting: try again, look at its log, or start it anew.',
    cause,
  )
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
    const address = addressOf(config.HOTLEAD_REDIS)
    // What the parser of Redis's protocol says of the first byte that is none of it: of HTTP, say.
    if (/^(Unknown RESP type|Protocol error)/.test((cause as Error).message))
      throw isAnother('HOTLEAD_REDIS', 'Redis', address, 'it does not speak its protocol', cause)
    throw unavailable(config, 'HOTLEAD_REDIS', 'Redis', address, cause)
  } finally {
    clearTimeout(late)
  }
}

/** A URL without what it may hold of passwords. */
export function addressOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

import { Kafka, logLevel } from 'kafkajs'

/** What packages/kafka tells its host; pino's logger fits. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface ClientOptions {
  brokers: string[]
  clientId: string
  log?: Log
}

/** A kafkajs client whose own log lines go to `log`, at most as debug: what matters comes back to callers as errors. */
export function kafkaClient({ brokers, clientId, log }: ClientOptions): Kafka {
  return new Kafka({
    brokers,
    clientId,
    connectionTimeout: 3_000,
    requestTimeout: 30_000,
    // Eight tries, the last about 10 s after the first: longer than a broker's restart on one machine (2–3 s).
    retry: { initialRetryTime: 100, retries: 8, multiplier: 1.7, maxRetryTime: 5_000 },
    logLevel: logLevel.INFO,
    logCreator: () => entry =>
      log?.debug({ kafka: entry.namespace, ...entry.log, message: undefined }, entry.log.message),
  })
}

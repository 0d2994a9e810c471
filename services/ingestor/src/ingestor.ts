import type { AddressInfo } from 'node:net'
import type { Limit } from '@hotlead/beacon'
import { TOPICS, topicNames } from '@hotlead/contracts'
import { kafkaClient, needsKafka, type Topic } from '@hotlead/kafka'
import { type Logger, metrics, watch } from '@hotlead/service'
import type { z } from 'zod'
import { openAdmission } from './admission.ts'
import { admissionMetrics } from './admissionMetrics.ts'
import { CheckedTransport } from './checkedTransport.ts'
import type { ingestorConfig } from './config.ts'
import { FirstLook, isAway } from './firstLook.ts'
import { followUps } from './followUp.ts'
import { forgetting } from './forget.ts'
import { ingestMetrics } from './ingestMetrics.ts'
import { KafkaTransport } from './kafkaTransport.ts'
import { Links } from './links.ts'
import { trustedMailSecrets } from './mail/secrets.ts'
import { openSink } from './openSink.ts'
import { outcomes } from './outcomes.ts'
import { pipeline } from './pipeline.ts'
import { server } from './server.ts'
import type { Transport } from './sink.ts'
import { SOON, soon } from './soon.ts'

export type IngestorConfig = z.output<typeof ingestorConfig>

export interface Ingestor {
  url: string
  /** The three steps of leaving, in order: no new connections, everything accepted acknowledged, Kafka left. */
  stopAccepting(): Promise<void>
  flush(): Promise<void>
  leave(): Promise<void>
}

/**
 * The whole service in one place: Kafka ← sink ← pipeline ← server.
 * @param onWrong called where the topics are not what they were at the start: keys would move
 * @throws where it cannot do its work
 */
export async function startIngestor(
  config: IngestorConfig,
  log: Logger,
  onWrong: (sentences: readonly string[]) => void = () => {},
): Promise<Ingestor> {
  const mailSecrets = trustedMailSecrets(config)
  const admission = await openAdmission(config, log)
  const { sources, quotas } = admission
  const names = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  const topics = { activity: names.activity, deadLetter: names['dead-letter'] }
  const brokers = config.HOTLEAD_KAFKA
  const kafka = kafkaClient({ brokers, clientId: 'hotlead-ingestor', log })
  const own = ownTopics(config)
  // Settings are left to the scorer from then on: what comes in meanwhile is better kept than refused.
  const watched = own.map(t => ({ ...t, config: {} }))
  const first = await FirstLook.open({ config, kafka, topics: own, watched, log })
  const inKafka = new KafkaTransport(kafka, config.HOTLEAD_PARTITIONS, config.HOTLEAD_IDLE_PARTITIONS)
  let isListening = false
  const inner: Transport = {
    send: records => inKafka.send(records),
    renew: () => needsKafka(brokers, () => inKafka.renew()),
  }
  const transport = new CheckedTransport(inner, async () => {
    try {
      await first.look()
    } catch (error) {
      if (isListening && !isAway(error)) onWrong([(error as Error).message])
      throw error
    }
  })
  await reachLog(transport, config, log)
  const registry = metrics('ingestor')
  const { count, mailLoad, ...measured } = ingestMetrics(registry, () => sink)
  admissionMetrics(registry, () => admission)
  const { codec } = first
  const { sink, direct } = await openSink({ config, transport, metrics: measured, codec, topics, log })
  const shared = { sources, secret: config.HOTLEAD_SECRET, codec, sink }
  const probe = kafka.admin()
  const hotKey = limitOf(config.HOTLEAD_HOT_KEY_RATE, config.HOTLEAD_HOT_KEY_BURST)
  const pages = limitOf(config.HOTLEAD_PAGES_RATE, config.HOTLEAD_PAGES_BURST)
  const app = server({
    sources,
    ingest: pipeline({ ...shared, topics, links: new Links(), quotas, hotKey, pages, count }),
    followUp: followUps({ ...shared, topic: topics.activity }),
    outcome: outcomes({ ...shared, topic: topics.activity }),
    forget: forgetting({ ...shared, topic: topics.activity, sink: direct }),
    // With a spool it can do its work while Kafka is away.
    ready: async () =>
      sink.unhealthy() ?? (config.HOTLEAD_SPOOL === '' ? await reach(probe, topics.activity) : undefined),
    registry,
    trustProxy: config.HOTLEAD_TRUST_PROXY,
    bodyBytes: config.HOTLEAD_INGEST_BODY_BYTES,
    snowplowPaths: config.HOTLEAD_SNOWPLOW_PATHS,
    log,
    refused: count.refused,
    mailSecrets,
    mailLoad,
    failed: err => log.error({ err }, 'a request met a fault'),
  })
  isListening = true
  await app.listen({ host: config.HOTLEAD_HOST, port: config.HOTLEAD_INGESTOR_PORT })
  const { address, family, port } = app.server.address() as AddressInfo
  const url = `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
  log.info({ url }, 'listening')
  if (mailSecrets.length === 0)
    log.warn(
      'links in mails are answered 404: everyone knows the demo secret, so set HOTLEAD_SECRET or HOTLEAD_MAIL_KEYS',
    )
  if (admission.isDemo) log.info('demo workspace "demo": write key wk_demo, secret key sk_demo')

  const watching = watch([() => first.problems()], onWrong)

  return {
    url,
    stopAccepting: () => closeServer(app),
    flush: () => sink.close(),
    leave: async () => {
      watching.stop()
      admission.close()
      await Promise.all([inKafka.close(), probe.disconnect(), first.close()])
    },
  }
}

/**
 * The first connection. An ingestor with a spool can do its work without: what comes in waits there, and the first record
 * of it has the connection tried until it is there.
 * @throws where there is no spool and Kafka or the registry does not answer, or anything is not as it must be
 */
async function reachLog(transport: CheckedTransport, config: IngestorConfig, log: Logger): Promise<void> {
  const reached = transport.renew()
  if (config.HOTLEAD_SPOOL === '') return reached
  try {
    if ((await soon(reached)) === 'late')
      log.warn(`Kafka has not answered within ${SOON} ms: events go to the spool until it does`)
  } catch (err) {
    if (!isAway(err)) throw err
    log.warn({ err }, 'events go to the spool until Kafka and the schema registry answer')
  }
}

/**
 * Requests under way are answered; kept connections are closed as they fall idle, also those that were busy when
 * closing began: else the last of them would hold us for its keep-alive of 72 s.
 */
async function closeServer(app: ReturnType<typeof server>): Promise<void> {
  const idle = setInterval(() => app.server.closeIdleConnections(), 25)
  try {
    await app.close()
  } finally {
    clearInterval(idle)
  }
}

/** A rate of 0 is none. */
function limitOf(rate: number, burst: number): Limit | undefined {
  return rate === 0 ? undefined : { rate, burst }
}

type Kafka = ReturnType<typeof kafkaClient>

/** What it writes to, as this configuration wants it. */
function ownTopics(config: IngestorConfig): Topic[] {
  const names = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  return TOPICS.filter(t => t.name === 'activity' || t.name === 'dead-letter').map(t => ({
    name: names[t.name],
    partitions: t.partitions === 'input' ? config.HOTLEAD_PARTITIONS : t.partitions,
    idle: t.partitions === 'input' ? config.HOTLEAD_IDLE_PARTITIONS : 0,
    config: t.config,
  }))
}

/** Whether the broker answers at all: an idle sink would not notice. */
async function reach(probe: ReturnType<Kafka['admin']>, topic: string): Promise<string | undefined> {
  try {
    await probe.connect()
    await probe.fetchTopicMetadata({ topics: [topic] })
    return undefined
  } catch (error) {
    return `Kafka cannot be reached: ${(error as Error).message}`
  }
}

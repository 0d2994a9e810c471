import type { AddressInfo } from 'node:net'
import type { MailSecret } from '@hotlead/beacon'
import { type Activity, Codec, type Event } from '@hotlead/contracts'
import { metrics } from '@hotlead/service'
import { followUps } from '../src/followUp.ts'
import { forgetting } from '../src/forget.ts'
import { Links } from '../src/links.ts'
import { outcomes } from '../src/outcomes.ts'
import { pipeline } from '../src/pipeline.ts'
import { server } from '../src/server.ts'
import type { NewRecord, Sent, Sink } from '../src/sink.ts'
import { demoSources, type Sources } from '../src/sources.ts'

/** The HTTP edge with a list for its log: all of it but Kafka and the registry. For tables of many requests. */
export interface MemoryEdge {
  url: string
  /** What is written, as it stands. */
  records: NewRecord[]
  /** The events among it. */
  events(): Event[]
  /** Reasons of what was refused, in order. */
  refused: string[]
  /** Faults of ours. */
  faults: Error[]
  /** What mails' pixels and links were asked for, each with its fate. */
  loads: string[]
  /** What became of events whose visitor asks not to be tracked, and of how many at a time. */
  optedOut: string[]
  /** A beacon without its route: what a signature would have let in. */
  ingest: ReturnType<typeof pipeline>
  close(): Promise<void>
}

export async function memoryEdge(
  log: {
    submit?: Sink['submit']
    mailSecrets?: readonly MailSecret[]
    snowplowPaths?: readonly string[]
    /** In the place of the demo's. */
    sources?: Sources
    /** Proxies in front, whose X-Forwarded-For counts. */
    trustProxy?: number
    /** Lines of the log. */
    lines?: string[]
  } = {},
): Promise<MemoryEdge> {
  const sources = log.sources ?? demoSources()
  const noted = (...said: unknown[]) => log.lines?.push(JSON.stringify(said))
  const codec = new Codec<Activity>('activity', 1)
  const records: NewRecord[] = []
  const refused: string[] = []
  const faults: Error[] = []
  const loads: string[] = []
  const optedOut: string[] = []
  const sink: Sink = {
    bytes: 0,
    unhealthy: () => undefined,
    async submit(written): Promise<Sent> {
      const sent = (await log.submit?.(written)) ?? 'acked'
      if (sent === 'acked') records.push(...written)
      return sent
    },
  }
  const shared = { sources, secret: 'of the workspace', codec, sink }
  const ingest = pipeline({
    ...shared,
    topics: { activity: 'activity', deadLetter: 'dead-letter' },
    links: new Links(),
    quotas: { take: () => 0 },
    hotKey: undefined,
    pages: undefined,
    count: {
      accepted() {},
      ignored() {},
      deadLettered() {},
      refused: reason => refused.push(reason),
      hot() {},
      tooFast() {},
      optedOut: (did, events) => optedOut.push(`${did} ${events}`),
      noConsent() {},
    },
  })
  const app = server({
    sources,
    ingest,
    followUp: followUps({ ...shared, topic: 'activity' }),
    forget: forgetting({ ...shared, topic: 'activity' }),
    outcome: outcomes({ ...shared, topic: 'activity' }),
    ready: async () => undefined,
    registry: metrics('ingestor'),
    log: { info: noted, warn: noted },
    trustProxy: log.trustProxy ?? 0,
    bodyBytes: 1e6,
    mailSecrets: log.mailSecrets ?? [],
    snowplowPaths: log.snowplowPaths ?? [],
    mailLoad: (kind, fate) => loads.push(`${kind} ${fate}`),
    refused: reason => refused.push(reason),
    failed: error => faults.push(error),
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    records,
    events: () =>
      records
        .filter(r => r.topic === 'activity')
        .map(r => codec.decode(r.value).event)
        .filter(event => event !== null),
    refused,
    faults,
    loads,
    optedOut,
    ingest,
    close: () => app.close(),
  }
}

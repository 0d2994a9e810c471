import type { Activity, Codec } from '@hotlead/contracts'
import type { Logger } from '@hotlead/service'
import type { z } from 'zod'
import type { ingestorConfig } from './config.ts'
import type { ingestMetrics } from './ingestMetrics.ts'
import { MicroBatches } from './microBatches.ts'
import type { ClosingSink, Sink, Transport } from './sink.ts'
import { ForgottenKeys } from './spool/forgottenKeys.ts'
import { Unforgotten } from './spool/unforgotten.ts'
import { SpoolingSink } from './spoolingSink.ts'

export interface OpenSinkOptions {
  config: z.output<typeof ingestorConfig>
  transport: Transport
  metrics: Pick<ReturnType<typeof ingestMetrics>, 'observe' | 'spool'>
  codec: Codec<Activity>
  topics: { deadLetter: string }
  log: Logger
}

/**
 * The way into the log: in micro-batches, and by way of the disk where Kafka is away and there is a spool. `direct` is Kafka
 * alone, also while there is something on the disk: for what must be in the log before it is answered.
 */
export async function openSink(o: OpenSinkOptions): Promise<{ sink: ClosingSink; direct: Sink }> {
  const { config, transport, metrics, log } = o
  const isSpooling = config.HOTLEAD_SPOOL !== ''
  const direct = new MicroBatches({
    transport,
    maxBytes: config.HOTLEAD_INGEST_QUEUE_BYTES,
    linger: config.HOTLEAD_INGEST_LINGER,
    ackTimeout: config.HOTLEAD_INGEST_ACK_TIMEOUT,
    observe: {
      ...metrics.observe,
      failed(err) {
        metrics.observe.failed(err)
        log.error(
          { err },
          `Kafka did not take a batch: its events ${isSpooling ? 'go to the spool' : 'were answered 503'}`,
        )
      },
    },
  })
  return { direct, sink: isSpooling ? await openSpooling(o, direct) : direct }
}

function openSpooling(
  { config, metrics, codec, topics, log }: OpenSinkOptions,
  inner: MicroBatches,
): Promise<SpoolingSink> {
  const root = config.HOTLEAD_SPOOL
  return SpoolingSink.open({
    inner,
    root,
    maxBytes: config.HOTLEAD_SPOOL_BYTES,
    // What waits for Kafka goes to the disk all at once where Kafka goes away: it must not be refused there.
    maxWaiting: config.HOTLEAD_INGEST_QUEUE_BYTES,
    unforgotten: new Unforgotten({
      keys: new ForgottenKeys(config),
      submit: records => inner.submit(records),
      codec,
      deadLetter: topics.deadLetter,
      secret: config.HOTLEAD_SECRET,
      observe: {
        ...metrics.spool,
        blind: err =>
          log.warn(
            { err },
            'nobody tells who was forgotten: what the spool has of them goes to the log, where nobody counts it',
          ),
        seeing: () => log.info('it is known again who was forgotten: what the spool has of them is left out'),
      },
    }),
    observe: {
      ...metrics.spool,
      turned: spooling =>
        spooling
          ? log.warn({ spool: root }, 'events go to the spool until all that is there is in Kafka')
          : log.info('the spool is empty: events go to Kafka directly again'),
      taken: spools => log.info({ spools }, 'took over what processes that are gone had in the spool'),
      stalled: is =>
        is
          ? log.error(
              { spool: root },
              'the disk of the spool does not answer: events are answered 503 until it does',
            )
          : log.info({ spool: root }, 'the disk of the spool answers again'),
      unreadable(what) {
        metrics.spool.unreadable(what.bytes)
        log.error(
          what,
          'bytes of the spool are no records and were passed over: what was being written when its process ended, never acknowledged, or what the disk has lost',
        )
      },
      failed: err => log.error({ err, spool: root }, 'the spool cannot be written or read'),
    },
  })
}

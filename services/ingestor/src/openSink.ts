import type { Logger } from '@hotlead/service'
import type { z } from 'zod'
import type { ingestorConfig } from './config.ts'
import type { ingestMetrics } from './ingestMetrics.ts'
import { MicroBatches } from './microBatches.ts'
import type { ClosingSink, Transport } from './sink.ts'
import { SpoolingSink } from './spoolingSink.ts'

/** The way into the log: in micro-batches, and by way of the disk where Kafka is away and there is a spool. */
export async function openSink(
  config: z.output<typeof ingestorConfig>,
  transport: Transport,
  metrics: Pick<ReturnType<typeof ingestMetrics>, 'observe' | 'spool'>,
  log: Logger,
): Promise<ClosingSink> {
  const root = config.HOTLEAD_SPOOL
  const inner = new MicroBatches({
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
          `Kafka did not take a batch: its events ${root === '' ? 'were answered 503' : 'go to the spool'}`,
        )
      },
    },
  })
  if (root === '') return inner
  return SpoolingSink.open({
    inner,
    root,
    maxBytes: config.HOTLEAD_SPOOL_BYTES,
    // What waits for Kafka goes to the disk all at once where Kafka goes away: it must not be refused there.
    maxWaiting: config.HOTLEAD_INGEST_QUEUE_BYTES,
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

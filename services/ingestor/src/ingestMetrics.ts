import { Counter, Gauge, Histogram, type Registry } from '@hotlead/service'
import type { MicroBatchOptions } from './microBatches.ts'
import type { PipelineOptions } from './pipeline.ts'
import type { MailOptions } from './routes/mail.ts'
import type { ClosingSink } from './sink.ts'

/** The edge's own series. Labels come from closed lists, so their number is bounded. */
export function ingestMetrics(registry: Registry, sink: () => ClosingSink | undefined) {
  const registers = [registry]
  const accepted = new Counter({
    name: 'hotlead_ingest_events_accepted_total',
    help: 'Events in the log (acks=all) and answered 200, by the format they came in',
    labelNames: ['format'],
    registers,
  })
  const ignored = new Counter({
    name: 'hotlead_ingest_events_ignored_total',
    help: 'Events of kinds that no lead does, such as that a mail was queued: answered 200 and not kept, by format',
    labelNames: ['format'],
    registers,
  })
  const refused = new Counter({
    name: 'hotlead_ingest_requests_refused_total',
    help: 'Requests answered with anything but 200, and loads of mails answered without their event, by reason',
    labelNames: ['reason'],
    registers,
  })
  const buried = new Counter({
    name: 'hotlead_ingest_events_dead_lettered_total',
    help: 'Events written to dead-letter instead of activity, by reason',
    labelNames: ['reason'],
    registers,
  })
  const loads = new Counter({
    name: 'hotlead_ingest_mail_loads_total',
    help: 'Pixels and links of mails, by kind and fate: acknowledged, unacknowledged (answered, and its event is lost where Kafka does not have it), uncounted (HEAD, prefetch), opted_out (its reader asks not to be tracked and that is dropped), invalid (no token of ours)',
    labelNames: ['kind', 'fate'],
    registers,
  })
  const batch = new Histogram({
    name: 'hotlead_ingest_batch_records',
    help: 'Records in one send to Kafka',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
    registers,
  })
  const ack = new Histogram({
    name: 'hotlead_ingest_ack_seconds',
    help: 'Seconds from a request with its events read to their acknowledgement by Kafka',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  })
  const failures = new Counter({
    name: 'hotlead_ingest_send_failures_total',
    help: 'Sends to Kafka that failed; each makes the producer anew',
    registers,
  })
  new Gauge({
    name: 'hotlead_ingest_queue_bytes',
    help: 'Bytes of records that wait for their acknowledgement, bounded by HOTLEAD_INGEST_QUEUE_BYTES',
    registers,
    collect() {
      this.set(sink()?.bytes ?? 0)
    },
  })
  const spooled = new Counter({
    name: 'hotlead_ingest_spooled_records_total',
    help: 'Records that went to the disk, since Kafka did not take them',
    registers,
  })
  const replayed = new Counter({
    name: 'hotlead_ingest_replayed_records_total',
    help: 'Records from the disk that are in Kafka',
    registers,
  })
  const erased = new Counter({
    name: 'hotlead_ingest_erased_records_total',
    help: 'Records from the disk that did not go to Kafka, since they are of somebody who was forgotten',
    registers,
  })
  new Gauge({
    name: 'hotlead_ingest_spool_bytes',
    help: 'Bytes of records on the disk that are not in Kafka yet, those taken over included; from HOTLEAD_SPOOL_BYTES on no more are taken',
    registers,
    collect() {
      this.set(sink()?.spoolBytes ?? 0)
    },
  })
  const unreadable = new Counter({
    name: 'hotlead_ingest_spool_unreadable_bytes_total',
    help: 'Bytes on the disk that were no records and were passed over: torn by the end of a process, or lost by the disk',
    registers,
  })
  const hot = new Counter({
    name: 'hotlead_ingest_events_hot_key_total',
    help: 'Events over HOTLEAD_HOT_KEY_RATE of their lead or visitor: kept, flagged hot_key, score 0',
    registers,
  })
  const fast = new Counter({
    name: 'hotlead_ingest_events_too_fast_total',
    help: 'Pages over HOTLEAD_PAGES_RATE of their lead or visitor: kept, flagged too_fast, score 0',
    registers,
  })
  const optedOut = new Counter({
    name: 'hotlead_ingest_events_opted_out_total',
    help: 'Events whose visitor asks not to be tracked (Sec-GPC, DNT), by what their source does: flagged (kept, score 0), or dropped (answered as ever, and nothing of them is written)',
    labelNames: ['did'],
    registers,
  })
  const noConsent = new Counter({
    name: 'hotlead_ingest_events_no_consent_total',
    help: 'Events without the consent that their source needs: kept, flagged no_consent, score 0',
    registers,
  })
  const count: PipelineOptions['count'] = {
    accepted: format => accepted.inc({ format }),
    ignored: (format, events) => ignored.inc({ format }, events),
    refused: reason => refused.inc({ reason }),
    deadLettered: reason => buried.inc({ reason }),
    hot: () => hot.inc(),
    tooFast: () => fast.inc(),
    optedOut: (did, events) => optedOut.inc({ did }, events),
    noConsent: () => noConsent.inc(),
  }
  const mailLoad: MailOptions['mailLoad'] = (kind, fate) => loads.inc({ kind, fate })
  const observe: NonNullable<MicroBatchOptions['observe']> = {
    batch: records => batch.observe(records),
    ack: seconds => ack.observe(seconds),
    failed: () => failures.inc(),
  }
  const spool = {
    spooled: (records: number) => spooled.inc(records),
    replayed: (records: number) => replayed.inc(records),
    erased: (records: number) => erased.inc(records),
    unreadable: (bytes: number) => unreadable.inc(bytes),
  }
  return { count, observe, spool, mailLoad }
}

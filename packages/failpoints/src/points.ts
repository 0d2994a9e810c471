/**
 * Every step boundary at which a process can be made to fail, and what is true there: the one table of them. A suite on
 * real servers (e2e/failpoints) walks it, so a name that no code passes, or that no run reaches, turns it red.
 */
export const POINTS = {
  // Acquisition of a partition (packages/stream, acquire.ts and adopt.ts), in its order.
  'acquire.begin': 'a partition is assigned; nothing is written yet',
  'acquire.claimed': 'the stamp is in Redis; the earlier owner can still publish',
  'fence.initialised': 'the epoch is taken; the earlier owner’s sends pass until its markers are written',
  'fence.aborted': 'the empty transaction is aborted; the markers may not be written yet',
  'acquire.fenced': 'nobody else can publish; the ends of the outputs are not known yet',
  'acquire.ended': 'ends and bounds are known; the position is not',
  'acquire.positioned': 'the position is read, and stamped by that',
  'adopt.projected': 'an announcement that was missing is out; the changelog record’s state is not in Redis',
  'adopt.written': 'a chunk of the changelog’s tail is in Redis; the position does not say so',
  'rebuild.wiped': 'the state is wiped; nothing is adopted',
  'rebuild.adopted': 'every snapshot is in Redis; `next` is unknown',
  'rebuild.positioned': 'the rebuilt state has its position; nothing is folded again',
  'acquire.done': 'everything is taken over; no timers or states are loaded',
  // The cycle (owner.ts and writer.ts), in its order.
  'cycle.fetched': 'records are here; nothing is decoded',
  'cycle.loaded': 'their keys’ states are in memory; nothing is folded',
  'cycle.folded': 'folded in memory; nothing is published',
  'publish.elsewhere': 'records for other partitions are out; the own ones are not',
  'publish.changelog': 'the changelog has the records; the projection has not',
  'publish.within': 'a part of one send is in the log; the rest is not',
  'publish.done': 'all outputs are out; dead letters are not',
  'publish.dead': 'dead letters are out; Redis does not know',
  'commit.before': 'everything is out; Redis does not know',
  'commit.after': 'Redis has the batch; this process does not know',
  'tick.before': 'a silent second is over; its tick is not written',
  'tick.after': 'the tick is in the log',
  // A model change (renew.ts).
  'renew.begin': 'the control record is reached; nothing is published again',
  'renew.published': 'a part of the keys is published again; Redis does not know',
  'renew.written': 'a part of the keys is published and in Redis; the position stands before the control',
  'renew.marked': 'all keys are published again, and the mark; the position stands before the control',
  // Kafka offsets, for dashboards (run.ts).
  'offsets.before': 'Redis is ahead of the committed offsets',
  'offsets.after': 'the offsets are committed',
  // The ingestor (services/ingestor).
  'ingest.parsed': 'a beacon is valid and has its records; nothing waits for Kafka',
  'ingest.sending': 'a batch is taken from the queue; nothing is sent',
  'ingest.sent': 'Kafka has acknowledged the batch; no client knows',
  'ingest.failed': 'a send failed, its clients know; the connection is not renewed',
  'spool.written': 'Kafka is away, and records are in a file of the spool; they may not be on the disk yet',
  'spool.synced': 'they are on the disk; no client knows',
  'spool.sent': 'Kafka has records of the spool; the spool does not say so',
  'ingest.answering': 'the records are acknowledged; the answer is not written',
  // `hotlead dlq retry` (packages/cli, dlq/retry.ts), in its order.
  'retry.begun': 'it is noted which letters are about to be sent; none is',
  'retry.linked': 'links are in the log; the events that say them are not',
  'retry.sent': 'the letters’ records are in the log; no note says so',
} as const

export type Point = keyof typeof POINTS

import type { EdgeAnswer } from '../edge.ts'
import { parseLine } from './accessLog.ts'
import { type Batch, Batches } from './batches.ts'
import { type PageEvent, pageEvent, type Skip, skipOf, visitorOf } from './pageView.ts'
import { type Timing, timeFor } from './timing.ts'

/** Half of the 32 ids that a lead remembers, because lines of a log are not quite in order of time. */
const MAX_OF_VISITOR = 16

export interface Tally {
  /** Lines read, also those that an earlier run had sent. */
  lines: number
  skipped: Record<Skip, number>
  /** Page views among the lines. */
  events: number
  /** Of these, taken from an earlier run. */
  before: number
  /** Of these, sent in this run. */
  sent: number
  visitors: number
}

export interface ReplayOptions {
  lines: AsyncIterable<string>
  /** Lines that an earlier run has sent. */
  from: number
  /** Of a line's event, by its number from 1. */
  idOf(line: number): string
  /** Given the time of the first line to be sent. */
  timing(first: number): Timing
  /** Resolves when it is taken; false: stopped. */
  send(events: PageEvent[]): Promise<boolean>
  /** Every event up to this line is taken. */
  done(lines: number, tally: Tally): void
  now(): number
  /** Resolves at a time, or at once when stopped. */
  until(time: number): Promise<void>
  isStopped(): boolean
}

export type Sent = EdgeAnswer | undefined

/** Reads the log, sends its page views in batches, and counts. One batch at a time: a log's order is kept. */
export async function replay(o: ReplayOptions): Promise<Tally> {
  const tally: Tally = {
    lines: 0,
    skipped: { malformed: 0, method: 0, status: 0, asset: 0 },
    events: 0,
    before: 0,
    sent: 0,
    visitors: 0,
  }
  const visitors = new Set<string>()
  const batches = new Batches<PageEvent>(MAX_OF_VISITOR)
  let timing: Timing | undefined

  async function flush(batch: Batch<PageEvent> | undefined): Promise<boolean> {
    if (!batch) return true
    if (!(await o.send(batch.events))) return false
    tally.sent += batch.events.length
    o.done(batch.at.at(-1) as number, tally)
    return true
  }

  for await (const line of o.lines) {
    if (o.isStopped()) return tally
    tally.lines++
    const hit = parseLine(line)
    const skip = hit ? skipOf(hit) : 'malformed'
    if (!hit || skip) {
      tally.skipped[skip ?? 'malformed']++
      continue
    }
    tally.events++
    visitors.add(visitorOf(hit))
    tally.visitors = visitors.size
    if (tally.lines <= o.from) {
      tally.before++
      continue
    }
    timing ??= o.timing(hit.at)
    const at = timeFor(timing, hit.at)
    if (timing.kind === 'speed' && at > o.now()) {
      // What is due goes out before the wait for what is not.
      if (!(await flush(batches.take()))) return tally
      await o.until(at)
      if (o.isStopped()) return tally
    }
    const event = pageEvent(hit, o.idOf(tally.lines), at)
    if (!(await flush(batches.add(event, [event.anonymousId], tally.lines)))) return tally
  }
  if (await flush(batches.take())) o.done(tally.lines, tally)
  return tally
}

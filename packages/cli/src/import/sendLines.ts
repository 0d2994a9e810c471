import type { FileEvent } from '../fileEvent.ts'
import type { Acknowledged } from './acknowledged.ts'
import { Lanes } from './lanes.ts'
import { outgoing } from './outgoing.ts'

/**
 * A batch whose answer was lost is sent again, and the scorer tells a repeat by the ids that a lead remembers: its latest 32
 * of a day, but of history, whose days are far apart, its latest ten.
 */
const MAX_OF_ONE = 10
/** Lines beyond the first that is not acknowledged: what is noted of them is at most 40 KB, written with every batch. */
const MAX_AHEAD = 5_000

export interface ImportTally {
  /** Lines read, also those that an earlier run had sent. */
  lines: number
  /** Events among them. */
  events: number
  /** Of these, taken from an earlier run. */
  before: number
  /** Of these, sent in this run. */
  sent: number
  /** Lines that are no events. Empty ones are neither. */
  bad: number
}

export interface SendLinesOptions {
  lines: AsyncIterable<string>
  read(text: string): FileEvent
  acknowledged: Acknowledged
  /** Batches under way at one time. */
  parallel: number
  /** Resolves when they are taken; false: stopped. */
  send(events: Record<string, unknown>[]): Promise<boolean>
  bad(line: number, problem: string): void
  /** More is acknowledged. */
  done(tally: ImportTally): void
  isStopped(): boolean
}

/** Sends what is missing of a file of events, and counts. @throws what `send` throws */
export async function sendLines(o: SendLinesOptions): Promise<ImportTally> {
  const { acknowledged } = o
  const tally: ImportTally = { lines: 0, events: 0, before: 0, sent: 0, bad: 0 }
  const lanes = new Lanes<Record<string, unknown>>({
    lanes: o.parallel,
    maxOfOne: MAX_OF_ONE,
    send: o.send,
    taken(batch) {
      acknowledged.add(batch.at)
      tally.sent += batch.events.length
      o.done(tally)
    },
  })
  try {
    for await (const text of o.lines) {
      if (o.isStopped()) break
      const line = ++tally.lines
      if (text.trim() === '') {
        acknowledged.add([line])
        continue
      }
      const said = outgoing(o.read(text), line, text)
      if ('problem' in said) {
        tally.bad++
        o.bad(line, said.problem)
        acknowledged.add([line])
        continue
      }
      tally.events++
      if (acknowledged.has(line)) {
        tally.before++
        continue
      }
      if (!(await lanes.add(said.event, said.about, line))) break
      if (line - acknowledged.lines > MAX_AHEAD && !(await lanes.drain())) break
    }
    if (!o.isStopped()) await lanes.drain()
  } finally {
    // What is under way may be taken yet, however this ends.
    await lanes.settled()
    o.done(tally)
  }
  return tally
}

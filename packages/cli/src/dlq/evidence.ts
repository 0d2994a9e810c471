import type { Activity } from '@hotlead/contracts'
import type { LogRecord } from '@hotlead/kafka'
import { type Position, positionText } from './position.ts'

/** By what a letter's record is known in `activity`, whoever wrote it there. */
export type Mark =
  /** An event, a follow-up or an outcome: its id, under its lead or visitor. */
  | { kind: 'id'; key: string; id: string }
  /** That a visitor is a lead: the latest such word stands. */
  | { kind: 'link'; key: string; lead: string }
  /** Sent on by the scorer from a visitor's partition: of each visitor the highest offset stands. */
  | { kind: 'sentOn'; key: string; visitor: string; offset: number }

/** What the log says of a letter's record. */
export type Verdict =
  | { verdict: 'new'; place?: undefined }
  | { verdict: 'there'; place: Position }
  /** Something later has taken its place: sent now it would count for nothing, or undo the later one. */
  | { verdict: 'overtaken'; place: Position }

interface LinkSeen {
  lead: string
  /** ms since 1970, of the log. */
  at: number
  place: Position
}

/** The header of a record that a retry wrote: which letter it was. */
export const RETRY_HEADER = 'dlq-retry'

/**
 * What `activity` holds of the letters that are to be retried, gathered while it is looked through. It keeps only what
 * is asked for: some 300 bytes a letter.
 */
export class Evidence {
  /** Keys of records that are worth decoding. */
  readonly #keys = new Set<string>()
  readonly #ids = new Map<string, Position | undefined>()
  readonly #links = new Map<string, LinkSeen | undefined>()
  readonly #sentOn = new Map<string, { offset: number; place: Position } | undefined>()
  readonly #passedOver: ReadonlySet<string>
  /** By letter, as `positionText` has it. */
  readonly #retries = new Map<string, Position | undefined>()

  /** @param passedOver places in `activity`, as `positionText` has them, whose records the scorer could not read: they count for nobody */
  constructor(passedOver: ReadonlySet<string> = new Set()) {
    this.#passedOver = passedOver
  }

  /** Says before the look that an earlier retry of the letter will be asked for. */
  askForRetry(letter: Position): void {
    this.#retries.set(positionText(letter), undefined)
  }

  /** Says before the look what else will be. @param linked keys under which the letter's links would go */
  ask(mark: Mark, linked: readonly string[] = []): void {
    this.#keys.add(mark.key)
    if (mark.kind === 'id') this.#ids.set(nameOf(mark), undefined)
    if (mark.kind === 'sentOn') this.#sentOn.set(nameOf(mark), undefined)
    for (const key of mark.kind === 'link' ? [mark.key] : linked) {
      this.#keys.add(key)
      this.#links.set(key, undefined)
    }
  }

  /** Whether a record of `activity` may say something about what was asked. */
  asksFor({ key, headers }: LogRecord): boolean {
    return this.#keys.has(key) || headers?.[RETRY_HEADER] !== undefined
  }

  /**
   * Takes in one record of `activity`; those of a partition in their order.
   * @param activity what it says; undefined: nobody can read it
   */
  see(partition: number, record: LogRecord, activity: Activity | undefined): void {
    const retried = record.headers?.[RETRY_HEADER]
    const place = { partition, offset: record.offset }
    if (retried !== undefined && this.#retries.has(String(retried))) this.#retries.set(String(retried), place)
    // Readable by now, it would pass for the record that it was never taken as; the very one to be retried among them.
    if (this.#passedOver.has(positionText(place))) return
    if (activity && this.#keys.has(record.key)) this.add(record.key, activity, place, record.timestamp)
  }

  /** Takes in what is in the log by now, or will be before anything else is sent. */
  add(key: string, activity: Activity, place: Position, at: number): void {
    if (activity.link && this.#links.has(key)) this.#links.set(key, { lead: activity.link.lead, at, place })
    const id = idOf(activity)
    if (id !== undefined) {
      const name = nameOf({ kind: 'id', key, id })
      // The first counts, and those after it are its repeats.
      if (this.#ids.has(name)) this.#ids.set(name, this.#ids.get(name) ?? place)
    }
    if (activity.via) {
      const { visitor, offset } = activity.via
      const name = nameOf({ kind: 'sentOn', key, visitor, offset })
      if (this.#sentOn.has(name) && (this.#sentOn.get(name)?.offset ?? -1) <= offset)
        this.#sentOn.set(name, { offset, place })
    }
  }

  /** The record that an earlier retry of the letter wrote, whatever it wrote. */
  retryOf(letter: Position): Position | undefined {
    return this.#retries.get(positionText(letter))
  }

  judge(mark: Mark): Verdict {
    if (mark.kind === 'id') {
      const place = this.#ids.get(nameOf(mark))
      return place ? { verdict: 'there', place } : { verdict: 'new' }
    }
    if (mark.kind === 'link') {
      const last = this.#links.get(mark.key)
      if (!last) return { verdict: 'new' }
      return { verdict: last.lead === mark.lead ? 'there' : 'overtaken', place: last.place }
    }
    const last = this.#sentOn.get(nameOf(mark))
    if (!last || last.offset < mark.offset) return { verdict: 'new' }
    return { verdict: last.offset === mark.offset ? 'there' : 'overtaken', place: last.place }
  }

  /**
   * Whether an event's link must be written with it: not where the log says so already, nor where the visitor was linked
   * to somebody else since the event came, which is the later word.
   * @param since when the event came, ms since 1970
   */
  needsLink(visitor: string, lead: string, since: number): boolean {
    const last = this.#links.get(visitor)
    return last === undefined || (last.lead !== lead && last.at < since)
  }
}

/** The id by which an activity is known; undefined where it has none. */
export function idOf({ event, followUp, outcome }: Activity): string | undefined {
  return (event ?? followUp ?? outcome)?.id
}

function nameOf(mark: Exclude<Mark, { kind: 'link' }>): string {
  return mark.kind === 'id' ? `${mark.key} ${mark.id}` : `${mark.key} ${mark.visitor}`
}

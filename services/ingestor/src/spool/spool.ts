import type { NewRecord } from '../sink.ts'
import { frame } from './frames.ts'
import { SpoolHome } from './spoolHome.ts'
import { type Chunk, SpoolReader, type Unreadable } from './spoolReader.ts'
import { DiskStalledError, SpoolWriter, type SpoolWriterOptions } from './spoolWriter.ts'

export interface SpoolOptions extends Pick<SpoolWriterOptions, 'diskWithin' | 'stalled'> {
  /** The folder that all ingestors of a machine share. */
  root: string
  /** Of records that are not in Kafka yet, those of spools that this process has taken over included. */
  maxBytes: number
  /** Bytes of records that wait for the disk, in memory. */
  maxWaiting: number
  /** Told of bytes that are no records any more. */
  unreadable(what: Unreadable): void
}

/** No room on the disk, for this user, or in a file of this process. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/**
 * What became of records: on the disk; no room for them; too much waits for the disk; it does not answer, and they may be
 * on it later; or it does not take them.
 */
export type Kept = 'kept' | 'full' | 'busy' | 'stalled' | Error

/** This process's own part of the spool: a bounded queue on the disk, first in, first out. */
export class Spool {
  readonly home: SpoolHome
  readonly #writer: SpoolWriter
  readonly #reader: SpoolReader
  readonly #o: SpoolOptions
  /** Bytes of all that was written. */
  #sent = 0
  #full = false

  private constructor(home: SpoolHome, writer: SpoolWriter, reader: SpoolReader, o: SpoolOptions) {
    this.home = home
    this.#writer = writer
    this.#reader = reader
    this.#o = o
  }

  static async open(o: SpoolOptions): Promise<Spool> {
    const home = await SpoolHome.open(o.root)
    const writer = new SpoolWriter({ ...o, dir: home.dir, holds: () => home.holds() })
    return new Spool(home, writer, await SpoolReader.open(home.dir, o.unreadable), o)
  }

  /** Written or being written, and not sent. */
  get bytes(): number {
    return this.#writer.landed + this.#writer.pending - this.#sent
  }

  /** ms for which the disk has not answered; undefined while it does in time. */
  get stalledFor(): number | undefined {
    return this.#writer.stalledFor
  }

  /** The last records found no room, and nothing was sent since. */
  get full(): boolean {
    return this.#full
  }

  /** Nothing is waiting, and nothing is being written. */
  get empty(): boolean {
    const { end, busy } = this.#writer
    const { at } = this.#reader
    return !busy && end.segment === at.segment && end.offset === at.offset
  }

  /**
   * Resolves once the records are on the disk, or cannot be, or the disk has not answered in time.
   * @param others bytes of other spools that count in the same bound
   */
  async append(records: readonly NewRecord[], others = 0): Promise<Kept> {
    const kept = await this.#append(records, others)
    this.#full = kept === 'full'
    return kept
  }

  async #append(records: readonly NewRecord[], others: number): Promise<Kept> {
    const frames = records.map(frame)
    const bytes = frames.reduce((sum, f) => sum + f.length, 0)
    if (this.bytes + others + bytes > this.#o.maxBytes) return 'full'
    if (this.#writer.pending + bytes > this.#o.maxWaiting) return 'busy'
    try {
      await this.#writer.append(frames)
      return 'kept'
    } catch (error) {
      if (error instanceof DiskStalledError) return 'stalled'
      const { code } = error as NodeJS.ErrnoException
      return NO_ROOM.has(code as string) ? 'full' : (error as Error)
    }
  }

  /** Resolves once what is being written at this moment is written, or has failed. */
  written(): Promise<void> {
    return this.#writer.written
  }

  /** The oldest records that are not sent. */
  next(max: number, maxBytes: number): Promise<Chunk | undefined> {
    return this.#reader.next(max, maxBytes, this.#writer.end)
  }

  /** Says that they are in Kafka; once all are, nothing of them stays on the disk. */
  async sent({ end, bytes }: Chunk): Promise<void> {
    await this.#reader.sent(end)
    this.freed()
    this.#sent += bytes
    // Of what a disk has lost nobody says how much it was.
    if (!this.empty) return
    this.#sent = this.#writer.landed
    // A write that comes meanwhile goes into the next segment.
    await this.#writer.leaveSegment()
    await this.#reader.leaveSegment()
  }

  /** Something was sent, of this one or of another that counts in its bound. */
  freed(): void {
    this.#full = false
  }

  /** Leaves: what is not sent stays for whoever comes next. */
  async close(): Promise<void> {
    await Promise.all([this.#writer.close(), this.#reader.close()])
    await this.home.release(this.empty)
  }
}

import type { NewRecord } from '../sink.ts'
import { frame } from './frames.ts'
import { SpoolHome } from './spoolHome.ts'
import { type Chunk, SpoolReader, type Unreadable } from './spoolReader.ts'
import { SpoolWriter } from './spoolWriter.ts'

export interface SpoolOptions {
  /** The folder that all ingestors of a machine share. */
  root: string
  /** Of records that are not in Kafka yet. */
  maxBytes: number
  /** Told of bytes that are no records any more. */
  unreadable(what: Unreadable): void
}

/** No room on the disk, for this user, or in a file of this process. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** What became of records: on the disk; no room for them; or the disk does not take them. */
export type Kept = 'kept' | 'full' | Error

/** This process's own part of the spool: a bounded queue on the disk, first in, first out. */
export class Spool {
  readonly home: SpoolHome
  readonly #writer: SpoolWriter
  readonly #reader: SpoolReader
  readonly #maxBytes: number
  /** Written or being written, and not sent. */
  #bytes = 0
  #full = false

  private constructor(home: SpoolHome, writer: SpoolWriter, reader: SpoolReader, maxBytes: number) {
    this.home = home
    this.#writer = writer
    this.#reader = reader
    this.#maxBytes = maxBytes
  }

  static async open({ root, maxBytes, unreadable }: SpoolOptions): Promise<Spool> {
    const home = await SpoolHome.open(root)
    const writer = new SpoolWriter({ dir: home.dir, holds: () => home.holds() })
    return new Spool(home, writer, await SpoolReader.open(home.dir, unreadable), maxBytes)
  }

  get bytes(): number {
    return this.#bytes
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

  /** Resolves once the records are on the disk, or cannot be. */
  async append(records: readonly NewRecord[]): Promise<Kept> {
    const kept = await this.#append(records)
    this.#full = kept === 'full'
    return kept
  }

  async #append(records: readonly NewRecord[]): Promise<Kept> {
    const frames = records.map(frame)
    const bytes = frames.reduce((sum, f) => sum + f.length, 0)
    if (this.#bytes + bytes > this.#maxBytes) return 'full'
    this.#bytes += bytes
    try {
      await this.#writer.append(frames)
      return 'kept'
    } catch (error) {
      this.#bytes -= bytes
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

  /** Says that they are in Kafka. */
  async sent({ end, bytes }: Chunk): Promise<void> {
    await this.#reader.sent(end)
    this.#full = false
    this.#bytes -= bytes
    // Of what a disk has lost nobody says how much it was.
    if (this.empty) this.#bytes = 0
  }

  /** Leaves: what is not sent stays for whoever comes next. */
  async close(): Promise<void> {
    await Promise.all([this.#writer.close(), this.#reader.close()])
    await this.home.release(this.empty)
  }
}

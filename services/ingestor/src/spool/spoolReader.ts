import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { RECENT_IDS } from '@hotlead/contracts'
import type { NewRecord } from '../sink.ts'
import { unframe } from './frames.ts'
import { type Place, removeSegment, segmentPath, segmentsOf } from './segments.ts'

/** Read at a time; a record larger than this makes it grow, up to what a record may have. */
const READ_BYTES = 256 * 1024

export interface Chunk {
  records: NewRecord[]
  /** Behind the last of them. */
  end: Place
  /** On the disk. */
  bytes: number
}

/** Bytes of a segment that are no records: torn by the end of their process, or lost by the disk. */
export interface Unreadable {
  path: string
  offset: number
  bytes: number
}

/** Bytes of the note of how far a spool is sent: one sector, which a disk writes whole or not at all. */
const NOTE = 32

/**
 * Reads a spool from where it was sent up to, in the order of writing, and notes how far that is, fsynced: what goes out
 * again after a crash is one chunk at most, which the scorer knows by its ids.
 */
export class SpoolReader {
  readonly #dir: string
  #at: Place
  readonly #note: FileHandle
  readonly #unreadable: (what: Unreadable) => void
  #file: { handle: FileHandle; segment: number } | undefined

  private constructor(dir: string, note: FileHandle, at: Place, unreadable: (what: Unreadable) => void) {
    this.#dir = dir
    this.#note = note
    this.#at = at
    this.#unreadable = unreadable
  }

  /**
   * @param unreadable told of what is passed over; more than once where the same is read again
   * @throws where the folder cannot be written
   */
  static async open(dir: string, unreadable: (what: Unreadable) => void): Promise<SpoolReader> {
    // It takes its room on the disk now, so that it can be written when the disk is full.
    const note = await open(join(dir, 'sent'), constants.O_RDWR | constants.O_CREAT)
    const bytes = Buffer.alloc(NOTE, ' ')
    const { bytesRead } = await note.read(bytes, 0, NOTE, 0)
    if (bytesRead < NOTE) await note.write(bytes, 0, NOTE, 0)
    const [segment = Number.NaN, offset = Number.NaN] = bytes.toString('latin1').trim().split(' ').map(Number)
    return new SpoolReader(
      dir,
      note,
      Number.isFinite(offset) ? { segment, offset } : { segment: 0, offset: 0 },
      unreadable,
    )
  }

  /** Up to where everything is sent. */
  get at(): Place {
    return this.#at
  }

  /**
   * The next records, at most so many, and of one key no more than the scorer knows a repeat by; undefined where there are none up to `end`.
   * @param end of what is known to be whole; without it, everything that the files have
   */
  async next(max: number, maxBytes: number, end?: Place): Promise<Chunk | undefined> {
    for (;;) {
      const segment = await this.#segment(end)
      // A file that is not there any more cannot be waited for.
      if (segment === undefined)
        return end !== undefined && isBefore(this.#at, end) ? { records: [], end, bytes: 0 } : undefined
      const offset = segment === this.#at.segment ? this.#at.offset : 0
      const limit = end?.segment === segment ? end.offset : Number.POSITIVE_INFINITY
      const chunk = await this.#read({ segment, offset }, limit, max, maxBytes)
      if (chunk.records.length > 0) return chunk
      await this.#passOver({ segment, offset }, limit)
      if (end?.segment === segment) {
        // The disk does not give back what it took: nothing behind it can be read either.
        return { records: [], end, bytes: end.offset - offset }
      }
      // All of it is read: only the last of an open spool grows.
      await this.#leave(segment)
      this.#at = { segment: segment + 1, offset: 0 }
    }
  }

  /** Says that everything up to there is in Kafka. */
  async sent(end: Place): Promise<void> {
    for (const segment of await segmentsOf(this.#dir)) if (segment < end.segment) await this.#leave(segment)
    this.#at = end
    await this.#note.write(`${end.segment} ${end.offset}`.padEnd(NOTE), 0)
    await this.#note.datasync()
  }

  /**
   * Deletes the segment that all is sent of, and that nothing more is written to. After the note of it, so that a crash
   * between the two leaves what is known to be sent; whoever reads on goes to the next segment by its number.
   */
  async leaveSegment(): Promise<void> {
    await this.#leave(this.#at.segment)
  }

  async close(): Promise<void> {
    await Promise.all([this.#closeFile(), this.#note.close()])
  }

  async #closeFile(): Promise<void> {
    await this.#file?.handle.close()
    this.#file = undefined
  }

  async #segment(end: Place | undefined): Promise<number | undefined> {
    if (end && this.#at.segment === end.segment) return this.#at.offset < end.offset ? end.segment : undefined
    return (await segmentsOf(this.#dir)).find(s => s >= this.#at.segment && s <= (end?.segment ?? s))
  }

  async #read(from: Place, limit: number, max: number, maxBytes: number): Promise<Chunk> {
    const handle = await this.#open(from.segment)
    const records: NewRecord[] = []
    const ofKey = new Map<string, number>()
    let at = from.offset
    let size = READ_BYTES
    for (;;) {
      const wanted = Math.min(size, limit - at)
      const buffer = Buffer.allocUnsafe(wanted)
      const { bytesRead } = await handle.read(buffer, 0, wanted, at)
      const bytes = buffer.subarray(0, bytesRead)
      const start = at
      let found = unframe(bytes, 0)
      while (typeof found === 'object') {
        const { key } = found.record
        const count = (ofKey.get(key) ?? 0) + 1
        const enough =
          records.length >= max || start + found.end - from.offset > maxBytes || count > RECENT_IDS
        if (records.length > 0 && enough) return chunk()
        ofKey.set(key, count)
        records.push(found.record)
        at = start + found.end
        found = unframe(bytes, found.end)
      }
      const whole = bytesRead < size
      if (found === 'torn' || whole) return chunk()
      // One frame is longer than what was read.
      if (at === start) size *= 2
    }

    function chunk(): Chunk {
      return { records, end: { segment: from.segment, offset: at }, bytes: at - from.offset }
    }
  }

  /** Says what of a segment is no records, from there on. */
  async #passOver({ segment, offset }: Place, limit: number): Promise<void> {
    const { size } = await (await this.#open(segment)).stat()
    // Of what is known to be whole, what the file does not have is missing too.
    const bytes = (Number.isFinite(limit) ? limit : size) - offset
    if (bytes > 0) this.#unreadable({ path: segmentPath(this.#dir, segment), offset, bytes })
  }

  async #open(segment: number): Promise<FileHandle> {
    if (this.#file?.segment === segment) return this.#file.handle
    await this.#closeFile()
    const handle = await open(segmentPath(this.#dir, segment), 'r')
    this.#file = { handle, segment }
    return handle
  }

  async #leave(segment: number): Promise<void> {
    if (this.#file?.segment === segment) await this.#closeFile()
    await removeSegment(this.#dir, segment)
  }
}

function isBefore(a: Place, b: Place): boolean {
  return a.segment === b.segment ? a.offset < b.offset : a.segment < b.segment
}

import { type FileHandle, open } from 'node:fs/promises'
import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import { type Place, removeSegment, segmentPath, syncFolder } from './segments.ts'

/** A segment is deleted once all of it is in Kafka: so much more than `maxBytes` may be on the disk. */
export const SEGMENT_BYTES = 16 * 1024 * 1024

/** Somebody else has taken the folder over: what was written there is theirs to send. */
export class SpoolTakenError extends Error {
  readonly code = 'spool_taken'
}

export interface SpoolWriterOptions {
  dir: string
  segmentBytes?: number
  /** Whether the folder is still ours. Asked after each fsync, before anything is called safe. */
  holds(): Promise<boolean>
}

interface Waiting {
  frames: Buffer[]
  settle(error?: Error): void
}

/**
 * Appends frames to numbered files. Many callers share one write and one fsync: while one is under way the next ones
 * gather. What could not be written is cut off again, and where even that fails the file is left and a new one begun.
 */
export class SpoolWriter {
  readonly #o: SpoolWriterOptions
  readonly #segmentBytes: number
  #waiting: Waiting[] = []
  #writing = false
  #file: FileHandle | undefined
  /** The highest number that a file was tried under. */
  #segment = 0
  #written: Promise<void> = Promise.resolve()
  #group: Promise<void> = Promise.resolve()
  /** Where the open file is written next. */
  #at: Place = { segment: 0, offset: 0 }
  #end: Place = { segment: 0, offset: 0 }

  constructor(o: SpoolWriterOptions) {
    this.#o = o
    this.#segmentBytes = o.segmentBytes ?? SEGMENT_BYTES
  }

  /** Behind the last frame that is on the disk, wherever tries since then have failed. */
  get end(): Place {
    return this.#end
  }

  /** Resolves once what is being written at this moment is written, or has failed. */
  get written(): Promise<void> {
    return this.#group
  }

  get busy(): boolean {
    return this.#writing
  }

  /** Resolves once the frames are on the disk. @throws SpoolTakenError, or what the file system says */
  append(frames: Buffer[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frames, settle: error => (error ? reject(error) : resolve()) })
      if (!this.#writing) this.#written = this.#write()
    })
  }

  /** Once nothing is being written. */
  async close(): Promise<void> {
    await this.#written
    await this.#file?.close()
    this.#file = undefined
  }

  async #write(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0)
      const committing = this.#commit(group.flatMap(w => w.frames)).then(
        () => undefined,
        (error: Error) => error,
      )
      this.#group = committing.then(() => {})
      const failed = await committing
      // Before anybody hears of it: whoever asks then must not find it still being written.
      if (this.#waiting.length === 0) this.#writing = false
      for (const { settle } of group) settle(failed)
    }
    this.#writing = false
  }

  async #commit(frames: Buffer[]): Promise<void> {
    const bytes = frames.reduce((sum, f) => sum + f.length, 0)
    if (this.#file === undefined || this.#at.offset + bytes > this.#segmentBytes) await this.#next()
    const file = this.#file as FileHandle
    const { segment, offset } = this.#at
    try {
      const { bytesWritten } = await file.writev(frames, offset)
      if (bytesWritten < bytes) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
      if (FAILPOINTS) await failpoint('spool.written')
      await file.datasync()
      if (!(await this.#o.holds()))
        throw new SpoolTakenError(
          'another ingestor has taken this spool over: this process was asleep too long',
        )
    } catch (error) {
      await this.#undo(file, this.#at)
      throw error
    }
    this.#at = { segment, offset: offset + bytes }
    this.#end = this.#at
    if (FAILPOINTS) await failpoint('spool.synced')
  }

  /** After a failed fsync nobody knows what of the file is on the disk: it is not written to again. */
  async #undo(file: FileHandle, { segment, offset }: Place): Promise<void> {
    await file.truncate(offset).catch(() => {})
    this.#file = undefined
    await file.close().catch(() => {})
    // On a full disk one would be left by every try.
    if (offset === 0) await removeSegment(this.#o.dir, segment).catch(() => {})
  }

  async #next(): Promise<void> {
    await this.#file?.close()
    this.#file = undefined
    const segment = ++this.#segment
    const file = await open(segmentPath(this.#o.dir, segment), 'wx')
    await syncFolder(this.#o.dir)
    this.#file = file
    this.#at = { segment, offset: 0 }
  }
}

import { type FileHandle, open } from 'node:fs/promises'
import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import { type Place, removeSegment, segmentPath, syncFolder } from './segments.ts'

/** A segment is deleted once all of it is in Kafka: so much more than `maxBytes` may be on the disk, and of what is sent. */
export const SEGMENT_BYTES = 16 * 1024 * 1024

/** Somebody else has taken the folder over: what was written there is theirs to send. */
export class SpoolTakenError extends Error {
  readonly code = 'spool_taken'
}
const TAKEN = 'another ingestor has taken this spool over: this process was asleep too long'

/**
 * ms that a write and its fsync may take; what waits behind it waits for itself and for one before it, so twice that at
 * most. It takes milliseconds, on a busy disk a second. With the 5 s that an event may have waited for Kafka before, it
 * is answered before the 10 s after which SDKs give up by themselves.
 */
export const DISK_WITHIN = 2_000

/** The disk has not answered in time: what was to be written may be on it later all the same. */
export class DiskStalledError extends Error {
  readonly code = 'disk_stalled'
}

export interface SpoolWriterOptions {
  dir: string
  segmentBytes?: number
  /** ms; DISK_WITHIN where it is not said. */
  diskWithin?: number
  /** Told once when the disk does not answer in time, and when it does again. */
  stalled(is: boolean): void
  /** Whether the folder is still ours. Asked after each fsync, before anything is called safe. */
  holds(): Promise<boolean>
}

interface Waiting {
  frames: Buffer[]
  bytes: number
  settle(error?: Error): void
}

/**
 * Appends frames to numbered files. Many callers share one write and one fsync: while one is under way the next ones
 * gather. What could not be written is cut off again, and where even that fails the file is left and a new one begun.
 * While the disk does not answer nobody waits for it, and nothing new is taken.
 */
export class SpoolWriter {
  readonly #o: SpoolWriterOptions
  readonly #segmentBytes: number
  readonly #diskWithin: number
  #waiting: Waiting[] = []
  #writing = false
  /** When the write that is under way began. */
  #since = 0
  #stalled = false
  #pending = 0
  #landed = 0
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
    this.#diskWithin = o.diskWithin ?? DISK_WITHIN
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

  /** Bytes in memory: waiting, or being written. */
  get pending(): number {
    return this.#pending
  }

  /** Bytes that ever came onto the disk. */
  get landed(): number {
    return this.#landed
  }

  /** ms for which the disk has not answered; undefined while it does in time. */
  get stalledFor(): number | undefined {
    return this.#stalled ? performance.now() - this.#since : undefined
  }

  /** Resolves once the frames are on the disk. @throws SpoolTakenError, DiskStalledError, or what the file system says */
  append(frames: Buffer[]): Promise<void> {
    if (this.#stalled) return Promise.reject(this.#stalledError())
    const bytes = sum(frames)
    this.#pending += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frames, bytes, settle: error => (error ? reject(error) : resolve()) })
      if (!this.#writing) this.#written = this.#write()
    })
  }

  /** What comes next goes into a segment of its own: from this call on, before anything is waited for. Only while nothing is being written. */
  async leaveSegment(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  /** Once nothing is being written. */
  async close(): Promise<void> {
    await this.#written
    await this.leaveSegment()
  }

  async #write(): Promise<void> {
    this.#writing = true
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0)
      const frames = group.flatMap(w => w.frames)
      this.#since = performance.now()
      const late = setTimeout(() => this.#stall(group), this.#diskWithin)
      const committing = this.#commit(frames).then(
        () => undefined,
        (error: Error) => error,
      )
      this.#group = committing.then(() => {})
      const failed = await committing
      clearTimeout(late)
      const bytes = sum(frames)
      this.#pending -= bytes
      if (!failed) this.#landed += bytes
      if (this.#stalled) {
        this.#stalled = false
        this.#o.stalled(false)
      }
      // Before anybody hears of it: whoever asks then must not find it still being written.
      if (this.#waiting.length === 0) this.#writing = false
      for (const { settle } of group) settle(failed)
    }
    this.#writing = false
  }

  /** Nobody waits any longer. What is being written cannot be called back; what waits for its turn is let go. */
  #stall(group: Waiting[]): void {
    this.#stalled = true
    this.#o.stalled(true)
    const waiting = this.#waiting.splice(0)
    for (const { bytes } of waiting) this.#pending -= bytes
    for (const { settle } of [...group, ...waiting]) settle(this.#stalledError())
  }

  #stalledError(): DiskStalledError {
    return new DiskStalledError(`the disk has not answered for ${this.#diskWithin} ms`)
  }

  async #commit(frames: Buffer[]): Promise<void> {
    const bytes = sum(frames)
    if (this.#file === undefined || this.#at.offset + bytes > this.#segmentBytes) await this.#next()
    const file = this.#file as FileHandle
    const { segment, offset } = this.#at
    try {
      const { bytesWritten } = await file.writev(frames, offset)
      if (bytesWritten < bytes) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
      if (FAILPOINTS) await failpoint('spool.written')
      await file.datasync()
      if (!(await this.#o.holds())) throw new SpoolTakenError(TAKEN)
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

  /** Where the folder was taken over, its path is gone. */
  async #notOpened(error: NodeJS.ErrnoException): Promise<never> {
    throw error.code === 'ENOENT' && !(await this.#o.holds()) ? new SpoolTakenError(TAKEN) : error
  }

  async #next(): Promise<void> {
    await this.leaveSegment()
    const segment = ++this.#segment
    const file = await open(segmentPath(this.#o.dir, segment), 'wx').catch(error => this.#notOpened(error))
    await syncFolder(this.#o.dir)
    this.#file = file
    this.#at = { segment, offset: 0 }
  }
}

function sum(frames: readonly Buffer[]): number {
  return frames.reduce((bytes, f) => bytes + f.length, 0)
}

import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import { MAX_RECORDS, MAX_SEND_BYTES, type MicroBatches } from './microBatches.ts'
import { type ClosingSink, type NewRecord, type Sent, sizeOf } from './sink.ts'
import { Spool, type SpoolOptions } from './spool/spool.ts'
import type { Unreadable } from './spool/spoolReader.ts'
import { DISK_WITHIN, SpoolTakenError } from './spool/spoolWriter.ts'
import { TakenSpools } from './spool/takenSpools.ts'
import { isDone, type Replayed, type Unforgotten } from './spool/unforgotten.ts'

export interface SpoolingSinkOptions extends Omit<SpoolOptions, 'unreadable' | 'stalled'> {
  inner: MicroBatches
  /** From the disk into Kafka. */
  unforgotten: Pick<Unforgotten, 'send' | 'close'>
  observe: {
    /** Records that went to the disk. */
    spooled(records: number): void
    /** Once for each time that Kafka is away, and when it is over. */
    turned(spooling: boolean): void
    /** Somebody's spool was taken over. */
    taken(dirs: readonly string[]): void
    /** The disk does not take records, or does not give them back. */
    failed(error: Error): void
    /** Once for each time that the disk does not answer, and when it does again. */
    stalled(is: boolean): void
    /** Bytes on the disk are no records any more, and were passed over. */
    unreadable(what: Unreadable): void
  }
}

interface Outstanding {
  records: NewRecord[]
  settle(sent: Sent): void
}

/** Of what is held, in memory. */
const MAX_HELD_BYTES = 8 * 1024 * 1024
/** ms until Kafka, or the disk, is tried again. */
const AGAIN_AFTER = 200
/** ms between two looks for spools that nobody has any more. */
const LOOK_EVERY = 5_000

/**
 * To Kafka, and by way of the disk where Kafka does not take records. From the first one that it does not take,
 * everything goes to the disk in the order of arrival, and what was waiting for Kafka goes first; once all of it is in
 * Kafka, records go there directly again. So no record overtakes an earlier one of its key. What was under way when Kafka
 * went away may be in Kafka twice, under one id.
 */
export class SpoolingSink implements ClosingSink {
  readonly #o: SpoolingSinkOptions
  #spool: Spool
  readonly #taken: TakenSpools
  /** Given to Kafka and not acknowledged, in order of arrival; bounded by the inner sink's bytes. */
  readonly #outstanding = new Set<Outstanding>()
  #spooling = false
  /** What came while the last of the disk is on its way, in order of arrival; undefined: it goes to the disk. */
  #held: Outstanding[] | undefined
  #heldBytes = 0
  #closing = false
  #draining: Promise<void> = Promise.resolve()
  #taking: Promise<void> = Promise.resolve()
  #beginning: Promise<void> | undefined
  readonly #look: NodeJS.Timeout

  private constructor(o: SpoolingSinkOptions, spool: Spool) {
    this.#o = o
    this.#spool = spool
    this.#taken = new TakenSpools({
      send: records => o.unforgotten.send(records),
      observe: {
        ...o.observe,
        sent: () => this.#spool.freed(),
      },
    })
    this.#look = setInterval(() => {
      this.#taking = this.#taking.then(() => this.#takeOver())
    }, LOOK_EVERY)
  }

  static async open(o: SpoolingSinkOptions): Promise<SpoolingSink> {
    const sink = new SpoolingSink(o, await openSpool(o))
    await sink.#takeOver()
    // Of what this process finds as it starts, some is of the one before it: nothing new may overtake that.
    if (sink.#taken.busy) sink.#turnToDisk()
    return sink
  }

  get bytes(): number {
    return this.#o.inner.bytes
  }

  /** Bytes on the disk that are not in Kafka, those taken over included. */
  get spoolBytes(): number {
    return this.#spool.bytes + this.#taken.bytes
  }

  submit(records: NewRecord[]): Promise<Sent> {
    if (records.length === 0) return Promise.resolve('acked')
    return new Promise(settle => {
      const one = { records, settle }
      if (!this.#spooling) this.#direct(one)
      else if (this.#held) this.#hold(this.#held, one)
      else this.#keep(one)
    })
  }

  /** Undefined while records can be taken at all: into Kafka, or onto the disk. */
  unhealthy(): string | undefined {
    if (!this.#spooling) return undefined
    const { full, stalledFor } = this.#spool
    if (!full && stalledFor === undefined) return undefined
    const why =
      stalledFor === undefined
        ? 'the spool is full'
        : `the spool's disk has not answered for ${Math.round(stalledFor)} ms`
    return `${why}, and ${this.#o.inner.unhealthy() ?? 'Kafka is slow'}`
  }

  /** Takes nothing new; ends once everything taken is in Kafka or on the disk. */
  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#look)
    await this.#o.inner.close()
    while (this.#outstanding.size > 0) await new Promise(resolve => setImmediate(resolve))
    await this.#taking
    await Promise.all([this.#draining, this.#taken.close()])
    await this.#spool.close()
    this.#o.unforgotten.close()
  }

  #direct(one: Outstanding): void {
    this.#outstanding.add(one)
    void this.#o.inner.submit(one.records).then(sent => {
      // Not there any more: it went to the disk meanwhile.
      if (!this.#outstanding.has(one)) return
      if (sent !== 'acked') return this.#divert()
      this.#outstanding.delete(one)
      one.settle('acked')
    })
  }

  #divert(): void {
    this.#o.inner.giveUp()
    // In this one step, so that what comes in afterwards stands behind them.
    for (const one of this.#outstanding) this.#keep(one)
    this.#outstanding.clear()
    this.#turnToDisk()
  }

  #turnToDisk(): void {
    this.#spooling = true
    this.#o.observe.turned(true)
    this.#draining = this.#drain()
  }

  #hold(held: Outstanding[], one: Outstanding): void {
    held.push(one)
    this.#heldBytes += one.records.reduce((sum, r) => sum + sizeOf(r), 0)
    if (this.#heldBytes > MAX_HELD_BYTES) this.#unhold()
  }

  /** What was held goes to the disk, behind what is there. */
  #unhold(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const one of held) this.#keep(one)
  }

  #keep({ records, settle }: Outstanding): void {
    void this.#kept(this.#spool, records).then(settle)
  }

  async #kept(spool: Spool, records: NewRecord[]): Promise<Sent> {
    const kept = await spool.append(records, this.#taken.bytes)
    if (kept === 'kept') {
      this.#o.observe.spooled(records.length)
      return 'acked'
    }
    if (kept === 'full' || kept === 'busy') return 'overloaded'
    if (kept === 'stalled') return 'unavailable'
    this.#o.observe.failed(kept)
    // Its answer waits for no disk.
    if (kept instanceof SpoolTakenError) void this.#anew(spool).catch(this.#o.observe.failed)
    return 'unavailable'
  }

  /**
   * What was taken over is sent by whoever took it: this process begins again in a folder of its own; in one, also where
   * several hear of it at once.
   */
  #anew(taken: Spool): Promise<void> {
    if (this.#spool !== taken) return Promise.resolve()
    this.#beginning ??= this.#begin(taken).finally(() => {
      this.#beginning = undefined
    })
    return this.#beginning
  }

  async #begin(taken: Spool): Promise<void> {
    this.#spool = await openSpool(this.#o)
    await taken.close()
  }

  /**
   * Sends what is on the disk, what was taken over first, until nothing is, and then records go to Kafka directly. Under a steady load there is always
   * something being written: so once Kafka takes records again and little is left, what comes in is held in memory for
   * the few sends that are missing.
   */
  async #drain(): Promise<void> {
    let back = false
    while (!this.#closing) {
      await this.#taken.sent()
      const spool = this.#spool
      if (spool.empty && !this.#closing) return this.#turnBack()
      if (back && spool.bytes <= MAX_SEND_BYTES && !this.#held) {
        this.#heldBytes = 0
        this.#held = []
      }
      try {
        const chunk = await this.#fromDisk(spool.next(MAX_RECORDS, MAX_SEND_BYTES))
        // Nothing yet: it is being written.
        if (chunk === undefined) await this.#fromDisk(spool.written())
        else {
          const replayed = await this.#replay(chunk.records)
          if (isDone(replayed)) {
            back ||= replayed === 'acked'
            if (FAILPOINTS) await failpoint('spool.sent')
            await this.#fromDisk(spool.sent(chunk))
            continue
          }
          back = false
          this.#unhold()
          await new Promise(resolve => setTimeout(resolve, AGAIN_AFTER))
        }
      } catch (error) {
        this.#unhold()
        if (spool !== this.#spool) continue
        this.#o.observe.failed(error as Error)
        await new Promise(resolve => setTimeout(resolve, AGAIN_AFTER))
      }
    }
    this.#unhold()
  }

  /** While the disk does not answer, nothing is held for what it is asked. */
  async #fromDisk<T>(work: Promise<T>): Promise<T> {
    const late = setTimeout(() => this.#unhold(), this.#o.diskWithin ?? DISK_WITHIN)
    try {
      return await work
    } finally {
      clearTimeout(late)
    }
  }

  #turnBack(): void {
    const held = this.#held ?? []
    this.#held = undefined
    this.#spooling = false
    this.#o.observe.turned(false)
    for (const one of held) this.#direct(one)
  }

  /** Of what the disk has lost nothing is left either. */
  async #replay(records: NewRecord[]): Promise<Replayed> {
    return records.length === 0 ? 'erased' : this.#o.unforgotten.send(records)
  }

  async #takeOver(): Promise<void> {
    if (this.#closing) return
    const { failed } = this.#o.observe
    try {
      const dirs = await this.#spool.home.adopt(failed)
      if (dirs.length === 0) return
      this.#o.observe.taken(dirs)
      for (const dir of dirs) await this.#taken.add(dir)
    } catch (error) {
      failed(error as Error)
    }
  }
}

function openSpool({ observe, ...o }: SpoolingSinkOptions): Promise<Spool> {
  return Spool.open({ ...o, unreadable: observe.unreadable, stalled: observe.stalled })
}

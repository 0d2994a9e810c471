import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import { MAX_RECORDS, MAX_SEND_BYTES, type MicroBatches } from './microBatches.ts'
import type { NewRecord, Sent, Sink } from './sink.ts'
import { deliver } from './spool/deliver.ts'
import { Spool, type SpoolOptions, SpoolTakenError } from './spool/spool.ts'
import { TakenSpools } from './spool/takenSpools.ts'

export interface SpoolingSinkOptions extends SpoolOptions {
  inner: MicroBatches
  observe: {
    /** Records that went to the disk. */
    spooled(records: number): void
    /** Records that came from the disk and are in Kafka. */
    replayed(records: number): void
    /** Once for each time that Kafka is away, and when it is over. */
    turned(spooling: boolean): void
    /** Somebody's spool was taken over. */
    taken(dirs: readonly string[]): void
    /** The disk does not take records, or does not give them back. */
    failed(error: Error): void
  }
}

interface Outstanding {
  records: NewRecord[]
  settle(sent: Sent): void
}

/** ms until the disk is tried again. */
const AGAIN_AFTER = 200
/** ms between two looks for spools that nobody has any more. */
const LOOK_EVERY = 5_000

/**
 * To Kafka, and by way of the disk where Kafka does not take records. From the first one that it does not take,
 * everything goes to the disk in the order of arrival, and what was waiting for Kafka goes first; once all of it is in
 * Kafka, records go there directly again. So no record overtakes an earlier one of its key. What was under way when Kafka
 * went away may be in Kafka twice, under one id.
 */
export class SpoolingSink implements Sink {
  readonly #o: SpoolingSinkOptions
  #spool: Spool
  readonly #taken: TakenSpools
  /** Given to Kafka and not acknowledged, in order of arrival; bounded by the inner sink's bytes. */
  readonly #outstanding = new Set<Outstanding>()
  #spooling = false
  #closing = false
  #draining: Promise<void> = Promise.resolve()
  #taking: Promise<void> = Promise.resolve()
  readonly #look: NodeJS.Timeout

  private constructor(o: SpoolingSinkOptions, spool: Spool) {
    this.#o = o
    this.#spool = spool
    this.#taken = new TakenSpools({ send: this.#send, observe: o.observe })
    const look = () => {
      this.#taking = this.#taking.then(() => this.#takeOver())
    }
    this.#look = setInterval(look, LOOK_EVERY)
    look()
  }

  static async open(o: SpoolingSinkOptions): Promise<SpoolingSink> {
    return new SpoolingSink(o, await Spool.open(o))
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
    if (this.#spooling) return this.#keep(records)
    return new Promise(settle => {
      const one = { records, settle }
      this.#outstanding.add(one)
      void this.#o.inner.submit(records).then(sent => {
        // Not there any more: it went to the disk meanwhile.
        if (!this.#outstanding.has(one)) return
        if (sent !== 'acked') return this.#divert()
        this.#outstanding.delete(one)
        settle('acked')
      })
    })
  }

  /** Undefined while records can be taken at all: into Kafka, or onto the disk. */
  unhealthy(): string | undefined {
    if (!this.#spooling || !this.#spool.full) return undefined
    return `the spool is full, and ${this.#o.inner.unhealthy() ?? 'Kafka is slow'}`
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
  }

  #divert(): void {
    this.#spooling = true
    this.#o.observe.turned(true)
    this.#o.inner.giveUp()
    // In this one step, so that what comes in afterwards stands behind them.
    for (const { records, settle } of this.#outstanding) void this.#keep(records).then(settle)
    this.#outstanding.clear()
    this.#draining = this.#drain()
  }

  async #keep(records: NewRecord[]): Promise<Sent> {
    const spool = this.#spool
    const kept = await spool.append(records)
    if (kept === 'kept') {
      this.#o.observe.spooled(records.length)
      return 'acked'
    }
    if (kept === 'full') return 'overloaded'
    this.#o.observe.failed(kept)
    if (kept instanceof SpoolTakenError) await this.#anew(spool)
    return 'unavailable'
  }

  /** What was taken over is sent by whoever took it: this process begins again in a folder of its own. */
  async #anew(taken: Spool): Promise<void> {
    if (this.#spool !== taken) return
    this.#spool = await Spool.open(this.#o)
    await taken.close()
  }

  /** Sends what is on the disk until nothing is, and then records go to Kafka directly. */
  async #drain(): Promise<void> {
    while (!this.#closing) {
      const spool = this.#spool
      if (spool.empty) {
        this.#spooling = false
        this.#o.observe.turned(false)
        return
      }
      try {
        const chunk = await spool.next(MAX_RECORDS, MAX_SEND_BYTES)
        // Nothing yet: it is being written.
        if (chunk === undefined) await spool.written()
        else if (await deliver(chunk.records, this.#send, () => this.#closing || spool !== this.#spool)) {
          if (FAILPOINTS) await failpoint('spool.sent')
          await spool.sent(chunk)
          this.#o.observe.replayed(chunk.records.length)
        }
      } catch (error) {
        if (spool !== this.#spool) continue
        this.#o.observe.failed(error as Error)
        await new Promise(resolve => setTimeout(resolve, AGAIN_AFTER))
      }
    }
  }

  readonly #send = (records: NewRecord[]): Promise<Sent> => this.#o.inner.submit(records)

  async #takeOver(): Promise<void> {
    if (this.#closing) return
    try {
      const dirs = await this.#spool.home.adopt()
      if (dirs.length === 0) return
      this.#o.observe.taken(dirs)
      for (const dir of dirs) this.#taken.add(dir)
    } catch (error) {
      this.#o.observe.failed(error as Error)
    }
  }
}

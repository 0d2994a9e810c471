import { RECENT_IDS } from '@hotlead/contracts'
import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import { within } from '@hotlead/kafka'
import { type ClosingSink, type NewRecord, type Sent, sizeOf, type Transport } from './sink.ts'

export interface MicroBatchOptions {
  transport: Transport
  /** Records and answers wait in memory up to this many bytes; what comes beyond is refused at once. */
  maxBytes: number
  /** ms that the oldest record waits for company. */
  linger: number
  /** ms until a submission without its ack is told `unavailable`. */
  ackTimeout: number
  observe?: { batch(records: number): void; ack(seconds: number): void; failed(error: Error): void }
}

/** kafkajs's cost grows with the square of the records to one partition, from 0.1 ms at 500. */
export const MAX_RECORDS = 500
/** Below the broker's message.max.bytes of 1,048,588, were all of it for one partition. */
export const MAX_SEND_BYTES = 800_000
/** A send that takes longer is given up and the connection renewed: a broker that comes back answers sooner. */
const SEND_WITHIN = 10_000
const RENEW_PAUSE = { first: 100, max: 2_000 }

interface Submission {
  deadline: number
  since: number
  /** Records without their ack. */
  open: number
  settle: ((sent: Sent) => void) | undefined
}
interface Waiting {
  record: NewRecord
  bytes: number
  submission: Submission
}

/**
 * Collects records of many requests into few sends. One send is in flight at a time, and order within a key is that of
 * arrival; a failed send settles its submissions as `unavailable` and renews the transport.
 */
export class MicroBatches implements ClosingSink {
  readonly #options: MicroBatchOptions
  #queue: (Waiting | undefined)[] = []
  #head = 0
  /** Of keys that had their share of a send: what is next of them, in order of arrival. Emptied before the queue. */
  readonly #aside = new Map<string, Waiting[]>()
  #waiting = 0
  /** Of all that is in memory: waiting and in flight. */
  #bytes = 0
  /** The one send in flight. */
  #sending: { since: number; batch: Waiting[] } | undefined
  #downSince: number | undefined
  #down = ''
  #linger: NodeJS.Timeout | undefined
  readonly #sweep: NodeJS.Timeout
  #idle: (() => void)[] = []
  #closed = false

  constructor(options: MicroBatchOptions) {
    this.#options = options
    this.#sweep = setInterval(() => this.#expire(performance.now()), Math.min(100, options.ackTimeout / 4))
  }

  get bytes(): number {
    return this.#bytes
  }

  submit(records: NewRecord[]): Promise<Sent> {
    if (records.length === 0) return Promise.resolve('acked')
    const now = performance.now()
    if (this.#closed || this.#stuck(now)) return Promise.resolve('unavailable')
    const sizes = records.map(sizeOf)
    const bytes = sizes.reduce((sum, size) => sum + size, 0)
    if (this.#bytes + bytes > this.#options.maxBytes) return Promise.resolve('overloaded')
    this.#bytes += bytes
    this.#waiting += records.length
    return new Promise(settle => {
      const submission = {
        since: now,
        deadline: now + this.#options.ackTimeout,
        open: records.length,
        settle,
      }
      for (const [i, record] of records.entries())
        this.#queue.push({ record, bytes: sizes[i] as number, submission })
      this.#arm(now)
    })
  }

  unhealthy(): string | undefined {
    const now = performance.now()
    if (this.#downSince !== undefined) return `Kafka does not take records: ${this.#down}`
    if (this.#sending && now - this.#sending.since > 2_000)
      return `Kafka has not acknowledged a batch for ${Math.round(now - this.#sending.since)} ms`
    return undefined
  }

  /** Settles everything as `unavailable` and sends none of it that is not under way: its caller has another way for it. */
  giveUp(): void {
    this.#expire(Number.POSITIVE_INFINITY)
  }

  /** Resolves when nothing waits any more: acknowledged, or told otherwise. */
  flush(): Promise<void> {
    if (!this.#sending && this.#waiting === 0) return Promise.resolve()
    return new Promise(resolve => this.#idle.push(resolve))
  }

  /** Takes nothing new, and ends once everything taken is settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.flush()
    clearInterval(this.#sweep)
    clearTimeout(this.#linger)
  }

  /** Down for so long that waiting would only end in a time-out: told at once, which frees the client too. */
  #stuck(now: number): boolean {
    const since = this.#downSince ?? this.#sending?.since
    return since !== undefined && now - since > this.#options.ackTimeout
  }

  #arm(now: number): void {
    if (this.#sending || this.#linger || this.#downSince !== undefined) return
    if (this.#waiting === 0) return
    const oldest = this.#queue[this.#head]
    const wait = (oldest?.submission.since ?? now) + this.#options.linger - now
    if (wait <= 0 || this.#aside.size > 0 || this.#waiting >= MAX_RECORDS) void this.#send()
    else
      this.#linger = setTimeout(() => {
        this.#linger = undefined
        if (!this.#sending && this.#downSince === undefined) void this.#send()
      }, wait)
  }

  async #send(): Promise<void> {
    const batch = this.#take()
    if (batch.length === 0) return this.#settled()
    const since = performance.now()
    this.#sending = { since, batch }
    this.#options.observe?.batch(batch.length)
    let failure: Error | undefined
    try {
      if (FAILPOINTS) await failpoint('ingest.sending')
      await within(SEND_WITHIN, this.#options.transport.send(batch.map(w => w.record)))
      if (FAILPOINTS) await failpoint('ingest.sent')
    } catch (error) {
      failure = error as Error
    }
    const now = performance.now()
    this.#sending = undefined
    for (const waiting of batch) {
      this.#bytes -= waiting.bytes
      const { submission } = waiting
      submission.open--
      if (failure) this.#settle(submission, 'unavailable')
      else if (submission.open === 0 && submission.settle) {
        this.#options.observe?.ack((now - submission.since) / 1_000)
        this.#settle(submission, 'acked')
      }
    }
    if (failure) await this.#renew(failure)
    this.#settled()
  }

  /**
   * Up to one send's worth; what was told otherwise meanwhile is left out. A send whose answer is lost may be in the log and
   * come again, so it has no more of one key than the scorer knows a repeat by. What a key has beyond that is put aside and
   * nobody waits behind it: 5,000 events of one key take 157 sends, 2 to 5 s.
   */
  #take(): Waiting[] {
    const batch: Waiting[] = []
    let bytes = 0
    const isFull = (next: Waiting) =>
      batch.length === MAX_RECORDS || (batch.length > 0 && bytes + next.bytes > MAX_SEND_BYTES)
    const add = (next: Waiting) => {
      this.#waiting--
      if (!next.submission.settle) {
        this.#bytes -= next.bytes
        return false
      }
      batch.push(next)
      bytes += next.bytes
      return true
    }
    const ofKey = new Map<string, number>()
    for (const [key, aside] of this.#aside) {
      let taken = 0
      let count = 0
      for (const next of aside) {
        if (count === RECENT_IDS || isFull(next)) break
        taken++
        if (add(next)) count++
      }
      ofKey.set(key, count)
      if (taken < aside.length) aside.splice(0, taken)
      else this.#aside.delete(key)
    }
    while (this.#head < this.#queue.length) {
      const next = this.#queue[this.#head] as Waiting
      const { key } = next.record
      const aside = this.#aside.get(key)
      if (aside) aside.push(next)
      else {
        const count = ofKey.get(key) ?? 0
        if (count === RECENT_IDS) this.#aside.set(key, [next])
        else if (isFull(next)) break
        else if (add(next)) ofKey.set(key, count + 1)
      }
      this.#pop()
    }
    return batch
  }

  #pop(): void {
    this.#queue[this.#head++] = undefined
    if (this.#head === this.#queue.length) {
      this.#queue = []
      this.#head = 0
    } else if (this.#head > 4_096 && this.#head * 2 > this.#queue.length) {
      this.#queue.splice(0, this.#head)
      this.#head = 0
    }
  }

  /** Deadlines stand in order of arrival. A record whose client was told "not taken" is not sent any more. */
  #expire(now: number): void {
    for (const { submission } of this.#sending?.batch ?? [])
      if (submission.deadline <= now) this.#settle(submission, 'unavailable')
    const isOver = (next: Waiting) => {
      if (next.submission.settle && next.submission.deadline > now) return false
      this.#settle(next.submission, 'unavailable')
      this.#bytes -= next.bytes
      this.#waiting--
      return true
    }
    for (const [key, aside] of this.#aside) {
      const left = aside.findIndex(next => !isOver(next))
      if (left === -1) this.#aside.delete(key)
      else if (left > 0) aside.splice(0, left)
    }
    while (this.#head < this.#queue.length && isOver(this.#queue[this.#head] as Waiting)) this.#pop()
    this.#settled()
  }

  #settle(submission: Submission, sent: Sent): void {
    const { settle } = submission
    submission.settle = undefined
    settle?.(sent)
  }

  async #renew(failure: Error): Promise<void> {
    this.#downSince = performance.now()
    this.#down = failure.message
    this.#options.observe?.failed(failure)
    for (let pause = RENEW_PAUSE.first; ; pause = Math.min(pause * 2, RENEW_PAUSE.max)) {
      try {
        if (FAILPOINTS) await failpoint('ingest.failed')
        await within(SEND_WITHIN, this.#options.transport.renew())
        break
      } catch (error) {
        this.#down = (error as Error).message
        if (this.#closed && this.#waiting === 0) break
        await new Promise(resolve => setTimeout(resolve, pause))
      }
    }
    this.#downSince = undefined
  }

  #settled(): void {
    if (this.#sending) return
    if (this.#waiting > 0) this.#arm(performance.now())
    else for (const resolve of this.#idle.splice(0)) resolve()
  }
}

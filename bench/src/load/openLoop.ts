import { now } from '../measure/clock.ts'
import { percentile, round, spread } from '../measure/percentile.ts'
import type { Traffic } from '../traffic/beacons.ts'
import { Connection } from './connection.ts'
import type { LoadMessage, LoadOrder, LoadResult } from './messages.ts'

/** ms after the end in which answers are still waited for. */
const GRACE = 10_000

/**
 * Sends requests on a fixed schedule, whatever the answers do: request n is due at start + n / rate. One that finds no
 * free connection waits, and its time counts from when it was due: a slow server cannot slow the load down and look
 * well for it.
 */
export class OpenLoop {
  readonly #order: LoadOrder
  readonly #traffic: Traffic
  readonly #tell: (message: LoadMessage) => void
  readonly #free: Connection[] = []
  readonly #all: Connection[] = []
  readonly #perMs: number
  readonly #first: number
  #end: number
  readonly #latency: Float64Array
  readonly #late: Float64Array
  #until = Number.POSITIVE_INFINITY
  readonly #ownLate: number[] = []
  #start = 0
  #next = 0
  #sentEvents = 0
  #ackedEvents = 0
  #ackedInWindow = 0
  #refused = 0
  #answered = 0
  #events = 1
  #lost: Error | undefined
  #measuring = false
  #measured = false

  constructor(order: LoadOrder, traffic: Traffic, tell: (message: LoadMessage) => void) {
    this.#order = order
    this.#traffic = traffic
    this.#tell = tell
    this.#perMs = order.rate / 1000
    this.#first = Math.ceil(order.rate * order.warmup)
    this.#end = Math.ceil(order.rate * (order.warmup + order.seconds))
    this.#latency = new Float64Array(this.#end - this.#first).fill(Number.NaN)
    this.#late = new Float64Array(this.#end - this.#first).fill(Number.NaN)
  }

  /** @throws where the ingestor cannot be reached or closes a connection */
  async run(): Promise<LoadResult> {
    const { host, port, connections, warmup, seconds } = this.#order
    for (let i = 0; i < connections; i++) {
      const connection = await Connection.open(
        host,
        port,
        (c, status) => this.#answer(c, status),
        error => {
          this.#lost ??= error
        },
      )
      this.#all.push(connection)
      this.#free.push(connection)
    }
    this.#start = now()
    const from = this.#start + warmup * 1000
    this.#until = Math.min(this.#until, from + seconds * 1000)
    let cpu = process.cpuUsage()
    let used = 0
    let told = 0
    for (;;) {
      const time = now()
      if (this.#lost) throw this.#lost
      if (!this.#measuring && time >= from) {
        this.#measuring = true
        cpu = process.cpuUsage()
        this.#tell({ kind: 'measuring' })
      }
      if (!this.#measured && time >= this.#until) {
        this.#measured = true
        const { user, system } = process.cpuUsage(cpu)
        used = (user + system) / 1000 / (time - from)
        this.#tell({ kind: 'measured' })
      }
      if (time - this.#start >= (told + 1) * 1000) {
        told++
        const waiting = Math.max(0, this.#dueBy(time) - this.#next)
        this.#tell({
          kind: 'progress',
          second: told,
          sent: this.#sentEvents,
          acked: this.#ackedEvents,
          waiting,
        })
      }
      this.#pump(time)
      if (time >= this.#until && (this.#answered >= this.#end || time >= this.#until + GRACE)) break
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    for (const connection of this.#all) connection.close()
    return this.#result(used)
  }

  /** Sends nothing more; `run` gives its result once what is under way is answered. */
  end(): void {
    this.#end = Math.min(this.#end, this.#next)
    this.#until = Math.min(this.#until, now())
  }

  /** Number of requests due by a time: those below it. */
  #dueBy(time: number): number {
    return Math.min(this.#end, Math.floor((time - this.#start) * this.#perMs) + 1)
  }

  #pump(time: number): void {
    const due = this.#dueBy(time)
    const inTime = this.#free.length >= due - this.#next
    while (this.#next < due) {
      // In turn: one that is never used is closed by the ingestor, which waits 30 s at most for a first request.
      const connection = this.#free.shift()
      if (!connection) return
      this.#send(connection, inTime)
    }
  }

  #send(connection: Connection, inTime: boolean): void {
    const n = this.#next++
    const { bytes, events } = this.#traffic(n)
    this.#events = events
    this.#sentEvents += events
    connection.send(n, bytes)
    if (n < this.#first) return
    const late = now() - this.#start - n / this.#perMs
    this.#late[n - this.#first] = late
    if (inTime) this.#ownLate.push(late)
  }

  #answer(connection: Connection, status: number): void {
    const time = now()
    const n = connection.request
    this.#answered++
    if (status === 200) {
      this.#ackedEvents += this.#events
      if (this.#measuring && !this.#measured) this.#ackedInWindow += this.#events
    } else if (n >= this.#first) this.#refused += this.#events
    if (n >= this.#first) this.#latency[n - this.#first] = time - this.#start - n / this.#perMs
    if (this.#next < this.#dueBy(time)) this.#send(connection, false)
    else this.#free.push(connection)
  }

  #result(cpu: number): LoadResult {
    const gaveUp = now() - this.#start
    let unanswered = 0
    const counted = Math.max(0, this.#end - this.#first)
    for (let i = 0; i < counted; i++) {
      if (!Number.isNaN(this.#latency[i])) continue
      unanswered++
      this.#latency[i] = gaveUp - (this.#first + i) / this.#perMs
    }
    const late = (values: Float64Array | number[]) =>
      round(
        percentile(
          Float64Array.from(values)
            .filter(v => !Number.isNaN(v))
            .sort(),
          0.99,
        ),
      )
    return {
      start: this.#start,
      from: this.#start + this.#order.warmup * 1000,
      until: this.#until,
      due: counted * this.#events,
      sent: this.#next,
      acked: this.#ackedInWindow,
      refused: this.#refused,
      unanswered: unanswered * this.#events,
      ack: spread(this.#latency.subarray(0, counted)),
      sentLateP99: late(this.#late),
      ownLateP99: late(this.#ownLate),
      cpu: round(cpu * 100, 1),
    }
  }
}

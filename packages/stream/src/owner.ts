import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import type { LogRecord, NewRecord } from '@hotlead/kafka'
import { type Acquired, type AcquireOptions, acquire, OVERLAP } from './acquire.ts'
import { OwnershipLostError, RefusedError } from './errors.ts'
import { type Folded, fold, timersReach } from './fold.ts'
import { SOURCE_ID } from './foreign.ts'
import type { Publisher } from './log.ts'
import { type Context, type Input, type KeyState, type Millis, PARTITION } from './processor.ts'
import type { Entry } from './store.ts'
import { Timers } from './timers.ts'

export interface OwnerOptions<State extends KeyState, In, Own> extends AcquireOptions<State, In, Own> {
  /** Keys kept in memory between batches: as objects some 2.5 kB each in the scorer, twice that in tiering. */
  cacheSize?: number
  /** Keys that are not in memory yet and go off in one pass. */
  wakes?: number
  /** Keys of one publish and commit when a model changes. */
  renewalChunk?: number
  /** Monotonic ms. */
  monotonic?: () => number
  /** What happened, for metrics and logs. */
  onBatch?: (info: BatchInfo) => void
}

export interface BatchInfo {
  partition: number
  records: number
  own: number
  dead: number
  /** ms of each step of the cycle. */
  fold: number
  publish: number
  commit: number
}

/** A source record that cannot be read, and what becomes of it. */
interface Dead {
  offset: number
  timestamp: Millis
  record: NewRecord
}

const CACHE_SIZE = 20_000
/** A clock that leaps further than this while the owner was watching is a broker's mistake, not silence. */
const MAX_LEAP = 60 * 60 * 1000
/** Keys republished per publish and commit when a model changes: bounded memory, still large batches. */
const RENEWAL_CHUNK = 2_000
/** Keys that are not in memory yet and go off in one cycle: after a long outage all of a partition's may be due at once. */
const WAKES = 2_000

/**
 * Owner of one partition: acquires it once, then fetch → fold → publish → commit, batch by batch (rule 3). Any doubt
 * (a refused commit, a failed send) ends it with OwnershipLostError; the next owner reads back what is true.
 */
export class PartitionOwner<State extends KeyState, In, Own> {
  readonly partition: number
  readonly #o: OwnerOptions<State, In, Own>
  readonly #a: Acquired
  readonly #states = new Map<string, State | undefined>()
  readonly #timers = new Timers()
  #next: number
  #clock: number
  #outputs: Record<string, number>
  /** The broker's time of the newest record. */
  #newest: Millis = 0
  /** Monotonic ms from which on that record was appended; undefined where this owner did not watch the log's end then. */
  #newestSince: number | undefined
  /** Monotonic ms from which on the log's end was seen, with nothing after it; undefined while this owner catches up. */
  #endSeenAt: number | undefined
  /** Monotonic ms at which the last batch was done, and so before the next was asked for. */
  #doneAt: number
  #silentSince: number
  #ended = false

  private constructor(options: OwnerOptions<State, In, Own>, acquired: Acquired) {
    this.partition = options.partition
    this.#o = options
    this.#a = acquired
    this.#next = acquired.next
    this.#clock = acquired.clock
    this.#outputs = { ...acquired.outputs }
    this.#silentSince = this.#monotonic()
    this.#doneAt = this.#silentSince
  }

  static async acquire<State extends KeyState, In, Own>(options: OwnerOptions<State, In, Own>) {
    const owner = new PartitionOwner(options, await acquire(options))
    for await (const chunk of owner.#a.session.timers())
      for (const { key, due } of chunk) owner.#timers.set(key, due)
    await owner.#load([PARTITION])
    return owner
  }

  /** Offset of the next record to fetch. */
  get next(): number {
    return this.#next
  }

  get clock(): number {
    return this.#clock
  }

  get rebuilt(): boolean {
    return this.#a.rebuilt
  }

  /**
   * Folds, publishes and commits records that start at `next`.
   * @param end offset after the last record of the log, as the fetch saw it
   */
  async process(records: readonly LogRecord[], next: number, end: number): Promise<void> {
    if (this.#ended) throw new OwnershipLostError('this owner has ended')
    if (records.length > 0) this.#silentSince = this.#monotonic()
    try {
      if (FAILPOINTS) await failpoint('cycle.fetched')
      this.#guardClock(records)
      const { inputs, dead } = await this.#decode(records)
      // Before the first commit that passes them, and once: a batch that cannot be published is tried again and again.
      if (dead.length > 0 && inputs.some(i => this.#o.processor.isRenewal?.(i)))
        await this.#bury(dead.splice(0))
      let from = 0
      for (let i = 0; i < inputs.length; i++) {
        const input = inputs[i] as Input<In>
        if (this.#o.processor.isRenewal?.(input)) {
          if (i > from) await this.#cycle(inputs.slice(from, i), input.offset, [])
          await this.#renew(input)
          from = i + 1
        } else if (dead.some(d => d.offset < input.offset && d.timestamp + OVERLAP < input.timestamp)) {
          // A rebuild folds again from so long before the newest record that was published: no poison may lie before.
          const passed = dead.splice(0, dead.filter(d => d.offset < input.offset).length)
          await this.#cycle(inputs.slice(from, i), input.offset, passed)
          from = i
        }
      }
      if (from < inputs.length || next > this.#next) await this.#cycle(inputs.slice(from), next, dead)
      this.#endSeenAt = next >= end ? this.#doneAt : undefined
      this.#doneAt = this.#monotonic()
      this.#trim()
    } catch (error) {
      this.#ended = true
      throw error
    }
  }

  /** Moves the clock of a partition that has been silent for `after` ms by a record in the log. */
  async tick(after: number): Promise<void> {
    const record = this.#o.topology.wire.tickRecord?.(this.#a.session.token)
    if (this.#ended || !record || this.#monotonic() - this.#silentSince < after) return
    this.#silentSince = this.#monotonic()
    if (FAILPOINTS) await failpoint('tick.before')
    await this.#publisher.tick(record)
    if (FAILPOINTS) await failpoint('tick.after')
  }

  async close(): Promise<void> {
    this.#ended = true
    await this.#publisher.close().catch(() => {})
  }

  get #publisher(): Publisher {
    return this.#a.publisher
  }

  #monotonic(): number {
    return (this.#o.monotonic ?? (() => performance.now()))()
  }

  async #decode(records: readonly LogRecord[]): Promise<{ inputs: Input<In>[]; dead: Dead[] }> {
    const { wire } = this.#o.topology
    const inputs: Input<In>[] = []
    const dead: Dead[] = []
    for (const r of records) {
      if (r.value === null) continue
      try {
        inputs.push({ key: r.key, offset: r.offset, timestamp: r.timestamp, value: wire.decode(r.value) })
      } catch (error) {
        if (await wire.recover?.(error))
          inputs.push({ key: r.key, offset: r.offset, timestamp: r.timestamp, value: wire.decode(r.value) })
        else dead.push({ offset: r.offset, timestamp: r.timestamp, record: this.#deadLetter(r, error) })
      }
    }
    return { inputs, dead }
  }

  #deadLetter(r: LogRecord, error: unknown): NewRecord {
    return {
      key: r.key,
      value: r.value,
      headers: {
        ...r.headers,
        'dlq-reason': (error as Error).message,
        'dlq-step': `${this.#o.processor.name}.decode`,
        'dlq-timestamp': new Date(r.timestamp).toISOString(),
        'dlq-topic': this.#o.topology.source,
        'dlq-partition': String(this.partition),
        'dlq-offset': String(r.offset),
      },
    }
  }

  async #bury(dead: readonly Dead[]): Promise<void> {
    await this.#publisher.deadLetter(dead.map(d => d.record))
  }

  /** Once, or where more timers go off than `WAKES`, as often as it takes: memory stays bounded. */
  async #cycle(inputs: readonly Input<In>[], next: number, dead: Dead[]): Promise<void> {
    let rest = inputs
    do {
      rest = await this.#pass(rest, next, dead)
      if (rest.length > 0) this.#trim()
    } while (rest.length > 0)
  }

  /** @returns the records that are not folded yet */
  async #pass(inputs: readonly Input<In>[], end: number, dead: Dead[]): Promise<readonly Input<In>[]> {
    const { processor } = this.#o
    const t0 = this.#monotonic()
    const reach = timersReach(processor, { clock: this.#clock }, inputs, this.#a.announced)
    await this.#load([...inputs.map(i => i.key), ...this.#timers.firstKeys(reach, this.#o.wakes ?? WAKES)])
    if (FAILPOINTS) await failpoint('cycle.loaded')
    const memory = { states: this.#states, timers: this.#timers, clock: this.#clock }
    const folded = fold(processor, memory, inputs, this.#a.announced)
    if (FAILPOINTS) await failpoint('cycle.folded')
    const rest = inputs.slice(folded.records)
    const next = rest[0]?.offset ?? end
    const t1 = this.#monotonic()
    await this.#publish(folded)
    if (FAILPOINTS) await failpoint('publish.done')
    // Before the first commit that passes any of them; not before what may be refused again and again.
    const buried = dead.splice(0)
    if (buried.length > 0) {
      await this.#bury(buried)
      if (FAILPOINTS) await failpoint('publish.dead')
    }
    if (FAILPOINTS) await failpoint('commit.before')
    const t2 = this.#monotonic()
    await this.#commit(folded, next)
    const t3 = this.#monotonic()
    this.#o.onBatch?.({
      partition: this.partition,
      records: folded.records,
      own: folded.own.length,
      dead: buried.length,
      fold: t1 - t0,
      publish: t2 - t1,
      commit: t3 - t2,
    })
    return rest
  }

  async #publish({ own, elsewhere }: Pick<Folded<State, Own>, 'own' | 'elsewhere'>): Promise<void> {
    const { changelog, projection, wire } = this.#o.topology
    if (elsewhere.length > 0)
      await this.#publisher.elsewhere(elsewhere.map(e => wire.elsewhereRecord(e.key, e.value)))
    if (FAILPOINTS && elsewhere.length > 0) await failpoint('publish.elsewhere')
    if (own.length === 0) return
    const offsets = await this.#publisher.own(
      changelog,
      own.map(o => this.#ownRecord(o.key, o.value)),
    )
    this.#outputs[changelog] = (offsets.at(-1) as number) + 1
    if (!projection) return
    const projected = own.flatMap((o, i) => projection.record(o.key, o.value, offsets[i] as number) ?? [])
    if (projected.length === 0) return
    if (FAILPOINTS) await failpoint('publish.changelog')
    const ends = await this.#publisher.own(projection.topic, projected)
    this.#outputs[projection.topic] = (ends.at(-1) as number) + 1
  }

  /** Of a changelog of snapshots it is enough that the partition's own record names its source, once a second. */
  #ownRecord(key: string, own: Own): NewRecord {
    const record = this.#o.topology.wire.ownRecord(key, own)
    const { sourceId } = this.#a
    if (sourceId === '' || (key !== PARTITION && !this.#o.processor.note)) return record
    return { ...record, headers: { ...record.headers, [SOURCE_ID]: sourceId } }
  }

  async #commit(
    { changed, clock }: Pick<Folded<State, Own>, 'changed' | 'clock'>,
    next: number,
  ): Promise<void> {
    const entries: Entry[] = []
    for (const [key, before] of changed) entries.push(this.#entry(key, before))
    const { session, announced } = this.#a
    await session.commit({
      next,
      clock,
      outputs: this.#outputs,
      announced: announced < next ? -1 : announced,
      entries,
    })
    if (FAILPOINTS) await failpoint('commit.after')
    this.#next = next
    this.#clock = clock
  }

  #entry(key: string, before: State | undefined): Entry {
    const { processor, topology } = this.#o
    const state = this.#states.get(key)
    return {
      key,
      state: state && topology.wire.encodeState(state),
      wakeAt: (state?.wakeAt ?? null) === (before?.wakeAt ?? null) ? undefined : (state?.wakeAt ?? null),
      index: state && processor.index?.(key, state),
      indexBefore: before && processor.index?.(key, before)?.name,
    }
  }

  /** Publishes every key of the partition again at one source offset (rule 8); keys that already name it are skipped. */
  async #renew(input: Input<In>): Promise<void> {
    if (FAILPOINTS) await failpoint('renew.begin')
    const { processor, topology } = this.#o
    const time = processor.time(input)
    const clock = Math.max(this.#clock, 'partition' in time ? time.partition : 0)
    const context: Context<State> = { offset: input.offset, clock, partition: undefined }
    const before = this.#states.get(PARTITION)
    if (before === undefined || before.offset < input.offset) {
      const { state: partition } = processor.fold(PARTITION, before, input, context)
      context.partition = partition
      const pending = new Map<string, State>()
      for await (const chunk of this.#a.session.entries()) {
        for (const { key, state: bytes } of chunk) {
          if (key === PARTITION) continue
          // A key that the scan gives twice is pending still, or read anew with this very offset.
          const state = this.#states.get(key) ?? topology.wire.decodeState(bytes)
          if (state.offset >= input.offset) continue
          const renewed = processor.renew?.(key, state, input, context)
          if (renewed) pending.set(key, renewed)
        }
        if (pending.size >= (this.#o.renewalChunk ?? RENEWAL_CHUNK)) await this.#publishRenewed(pending)
      }
      await this.#publishRenewed(pending)
      if (partition) {
        const { state, own } = (processor.snapshot as NonNullable<typeof processor.snapshot>)(
          PARTITION,
          partition,
        )
        this.#states.set(PARTITION, state)
        await this.#publish({ own: [{ key: PARTITION, value: own }], elsewhere: [] })
        if (FAILPOINTS) await failpoint('renew.marked')
      }
    }
    await this.#commit({ changed: new Map([[PARTITION, before]]), clock }, input.offset + 1)
  }

  async #publishRenewed(pending: Map<string, State>): Promise<void> {
    if (pending.size === 0) return
    const { processor } = this.#o
    const before = new Map<string, State | undefined>()
    const own = [...pending].map(([key, renewed]) => {
      const { state, own } = (processor.snapshot as NonNullable<typeof processor.snapshot>)(key, renewed)
      before.set(key, this.#states.get(key))
      this.#states.set(key, state)
      return { key, value: own }
    })
    pending.clear()
    await this.#publish({ own, elsewhere: [] })
    if (FAILPOINTS) await failpoint('renew.published')
    const entries = [...before].map(([key, old]) => this.#entry(key, old))
    await this.#a.session.write(entries)
    if (FAILPOINTS) await failpoint('renew.written')
    this.#trim()
  }

  async #load(keys: readonly string[]): Promise<void> {
    const missing = [...new Set(keys)].filter(key => !this.#states.has(key))
    if (missing.length === 0) return
    const found = await this.#a.session.read(missing)
    missing.forEach((key, i) => {
      const bytes = found[i]
      this.#states.set(key, bytes && this.#o.topology.wire.decodeState(bytes))
    })
  }

  /**
   * Rule 1: a leap that no silence explains would cool every lead at once. Judged by the broker's own times, and from
   * when the newest record can have been appended at the earliest: an owner that starts, or was stopped, sees old
   * records late, and what it sees at the log's end may be of yesterday.
   */
  #guardClock(records: readonly LogRecord[]): void {
    if (records.length === 0) return
    const since = this.#newestSince
    for (const { timestamp, offset } of records) {
      const leap = timestamp - this.#newest
      const watched = since === undefined ? Number.POSITIVE_INFINITY : this.#monotonic() - since
      if (leap > MAX_LEAP && leap > watched + MAX_LEAP)
        throw new RefusedError(
          `the clock of ${this.#o.topology.source}/${this.partition} leaps by ${Math.round(leap / 60_000)} minutes at offset ` +
            `${offset} though this owner saw it move ${Math.round(watched / 1000)} s ago: folding on would cool every ` +
            'lead at once. Mend the broker’s clock, then restart: an owner that starts after the leap takes it as silence',
        )
      this.#newest = Math.max(this.#newest, timestamp)
    }
    this.#newestSince = this.#endSeenAt
  }

  #trim(): void {
    const limit = this.#o.cacheSize ?? CACHE_SIZE
    for (const key of this.#states.keys()) {
      if (this.#states.size <= limit) return
      if (key !== PARTITION) this.#states.delete(key)
    }
  }
}

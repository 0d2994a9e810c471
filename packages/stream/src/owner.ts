import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import type { LogRecord } from '@hotlead/kafka'
import { type Acquired, type AcquireOptions, acquire, OVERLAP } from './acquire.ts'
import { ClockGuard } from './clockGuard.ts'
import { type Dead, decode } from './decode.ts'
import { OwnershipLostError } from './errors.ts'
import { fold, timersReach } from './fold.ts'
import { type Input, type KeyState, PARTITION } from './processor.ts'
import { renew } from './renew.ts'
import { StateCache } from './stateCache.ts'
import { Timers } from './timers.ts'
import { Writer } from './writer.ts'

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

const CACHE_SIZE = 20_000
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
  readonly #cache: StateCache<State>
  readonly #timers = new Timers()
  readonly #writer: Writer<State, In, Own>
  readonly #guard: ClockGuard
  #silentSince: number
  #ended = false

  private constructor(options: OwnerOptions<State, In, Own>, acquired: Acquired) {
    const { processor, topology, partition } = options
    this.partition = partition
    this.#o = options
    this.#a = acquired
    this.#cache = new StateCache(options.cacheSize ?? CACHE_SIZE, async keys => {
      const found = await acquired.session.read(keys)
      return found.map(bytes => bytes && topology.wire.decodeState(bytes))
    })
    this.#writer = new Writer({ processor, topology, acquired, states: this.#cache.states })
    this.#guard = new ClockGuard(`${topology.source}/${partition}`, () => this.#monotonic())
    this.#silentSince = this.#monotonic()
  }

  static async acquire<State extends KeyState, In, Own>(options: OwnerOptions<State, In, Own>) {
    const owner = new PartitionOwner(options, await acquire(options))
    for await (const chunk of owner.#a.session.timers())
      for (const { key, due } of chunk) owner.#timers.set(key, due)
    await owner.#cache.load([PARTITION])
    return owner
  }

  /** Offset of the next record to fetch. */
  get next(): number {
    return this.#writer.next
  }

  get clock(): number {
    return this.#writer.clock
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
      this.#guard.check(records)
      const { processor, topology } = this.#o
      const here = { processor: processor.name, partition: this.partition }
      const { inputs, dead } = await decode(topology, here, records)
      // Before the first commit that passes them, and once: a batch that cannot be published is tried again and again.
      if (dead.length > 0 && inputs.some(i => processor.isRenewal?.(i)))
        await this.#writer.bury(dead.splice(0))
      let from = 0
      for (let i = 0; i < inputs.length; i++) {
        const input = inputs[i] as Input<In>
        if (processor.isRenewal?.(input)) {
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
      if (from < inputs.length || next > this.next) await this.#cycle(inputs.slice(from), next, dead)
      this.#guard.done(next >= end)
      this.#cache.trim()
    } catch (error) {
      this.#ended = true
      throw error
    }
  }

  /** Moves the clock of a partition that has been silent for `after` ms by a record in the log. */
  async tick(after: number): Promise<void> {
    const { session, publisher } = this.#a
    const record = this.#o.topology.wire.tickRecord?.(session.token)
    if (this.#ended || !record || this.#monotonic() - this.#silentSince < after) return
    this.#silentSince = this.#monotonic()
    if (FAILPOINTS) await failpoint('tick.before')
    await publisher.tick(record)
    if (FAILPOINTS) await failpoint('tick.after')
  }

  async close(): Promise<void> {
    this.#ended = true
    await this.#a.publisher.close().catch(() => {})
  }

  #monotonic(): number {
    return (this.#o.monotonic ?? (() => performance.now()))()
  }

  /** Once, or where more timers go off than `WAKES`, as often as it takes: memory stays bounded. */
  async #cycle(inputs: readonly Input<In>[], next: number, dead: Dead[]): Promise<void> {
    let rest = inputs
    do {
      rest = await this.#pass(rest, next, dead)
      if (rest.length > 0) this.#cache.trim()
    } while (rest.length > 0)
  }

  /** @returns the records that are not folded yet */
  async #pass(inputs: readonly Input<In>[], end: number, dead: Dead[]): Promise<readonly Input<In>[]> {
    const { processor } = this.#o
    const { announced } = this.#a
    const { clock } = this
    const t0 = this.#monotonic()
    const reach = timersReach(processor, { clock }, inputs, announced)
    const woken = this.#timers.firstKeys(reach, this.#o.wakes ?? WAKES)
    await this.#cache.load([...inputs.map(i => i.key), ...woken])
    if (FAILPOINTS) await failpoint('cycle.loaded')
    const memory = { states: this.#cache.states, timers: this.#timers, clock }
    const folded = fold(processor, memory, inputs, announced)
    if (FAILPOINTS) await failpoint('cycle.folded')
    const rest = inputs.slice(folded.records)
    const next = rest[0]?.offset ?? end
    const t1 = this.#monotonic()
    await this.#writer.publish(folded)
    if (FAILPOINTS) await failpoint('publish.done')
    // Before the first commit that passes any of them; not before what may be refused again and again.
    const buried = dead.splice(0)
    if (buried.length > 0) {
      await this.#writer.bury(buried)
      if (FAILPOINTS) await failpoint('publish.dead')
    }
    if (FAILPOINTS) await failpoint('commit.before')
    const t2 = this.#monotonic()
    await this.#writer.commit(folded, next)
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

  #renew(input: Input<In>): Promise<void> {
    const { processor, topology, renewalChunk: chunk = RENEWAL_CHUNK } = this.#o
    const { session } = this.#a
    const { clock } = this
    return renew(
      { processor, topology, session, cache: this.#cache, writer: this.#writer, clock, chunk },
      input,
    )
  }
}

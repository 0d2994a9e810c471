import type { LogRecord, NewRecord } from '@hotlead/kafka'
import { OwnershipLostError, RefusedError } from '../src/errors.ts'
import { type Contents, MemoryCluster, MemoryStore, OffsetGoneError, type Send } from '../src/memory.ts'
import { PartitionOwner } from '../src/owner.ts'
import type { KeyState, Millis, Processor } from '../src/processor.ts'
import type { Topology } from '../src/wire.ts'
import { InjectedError, type Scheduler, type Task } from './scheduler.ts'

/** A processor of the chain, as a service supplies it. */
export interface Stage<State extends KeyState = KeyState, In = unknown, Own = unknown> {
  processor: Processor<State, In, Own>
  topology: Topology<State, In, Own>
  compactionLag: Millis
}

export function stage<State extends KeyState, In, Own>(s: Stage<State, In, Own>): Stage {
  return s as unknown as Stage
}

/** A log that remembers every record that was ever in it, whatever compaction and retention take. */
export class RecordingCluster extends MemoryCluster {
  readonly #history = new Map<string, LogRecord[]>()

  override append(topic: string, partition: number, record: NewRecord): number {
    const offset = super.append(topic, partition, record)
    this.history(topic, partition).push({
      ...record,
      headers: record.headers,
      offset,
      timestamp: this.clock,
    })
    return offset
  }

  history(topic: string, partition: number): LogRecord[] {
    const name = `${topic}/${partition}`
    let list = this.#history.get(name)
    if (!list) {
      list = []
      this.#history.set(name, list)
    }
    return list
  }
}

/** One partition of one processor: its state, its dumps, and the processes that may own it. */
export interface Slot {
  name: string
  /** As a process of its own would read it. */
  stage: Stage
  stageOf(send: Send): Stage
  partition: number
  outputs: string[]
  store: MemoryStore
  dumps: Contents[]
  workers: Worker[]
}

export interface Violation {
  statement: string
  detail: string
}

/** Everything there is: log, stores, and the workers that run the kernel on them, call by call. */
export class World {
  readonly cluster: RecordingCluster
  readonly slots: Slot[] = []
  readonly violations: Violation[] = []
  /** Why an owner refused to go on, by slot name. A refusal stays one, also where the next owner goes on: no story is to cause any. */
  readonly refusals = new Map<string, string>()
  readonly scheduler: Scheduler

  constructor(o: {
    stages: (send: Send) => readonly Stage[]
    partitions: number
    workers: number
    now: Millis
    scheduler: Scheduler
  }) {
    this.scheduler = o.scheduler
    this.cluster = new RecordingCluster(o.partitions, o.now)
    for (const [index, s] of o.stages(async call => call.run()).entries())
      for (let partition = 0; partition < o.partitions; partition++) {
        const { changelog, projection } = s.topology
        const slot: Slot = {
          name: `${s.processor.name}/${partition}`,
          stage: s,
          stageOf: send => o.stages(send)[index] as Stage,
          partition,
          outputs: [changelog, ...(projection ? [projection.topic] : [])],
          store: new MemoryStore(),
          dumps: [],
          workers: [],
        }
        for (let i = 0; i < o.workers; i++) slot.workers.push(new Worker(this, slot, 'abc'[i] as string))
        this.slots.push(slot)
      }
  }

  slot(name: string, partition = 0): Slot {
    const found = this.slots.find(s => s.name === `${name}/${partition}`)
    if (!found) throw new Error(`no processor ${name} of partition ${partition}`)
    return found
  }

  violate(statement: string, detail: string): void {
    this.violations.push({ statement, detail })
  }
}

/** How a worker cuts what it reads and writes. */
export interface Sizes {
  /** Source records per fetch. */
  batch(): number
  /** Records per fetch of an acquisition. */
  chunk: number
  /** Keys per command to the store. */
  slice: number
  /** States that an owner keeps between batches. */
  cache: number
  /** Keys that go off in one pass, and that a renewal publishes at once. */
  wakes: number
}

const WHOLE: Sizes = {
  batch: () => Number.POSITIVE_INFINITY,
  chunk: Number.POSITIVE_INFINITY,
  slice: Number.POSITIVE_INFINITY,
  cache: 20_000,
  wakes: 2_000,
}

/** ms of silence after which an owner moves the clock, as in `run.ts`. */
const TICK_AFTER = 1_000

/**
 * A process that may own a slot's partition, as `run.ts` would run it: acquire; then fetch, process and tick until an
 * error; then again, when it is told to begin. A crash loses its memory, and another incarnation waits to begin.
 */
export class Worker {
  readonly #world: World
  readonly slot: Slot
  readonly name: string
  task: Task
  sizes = WHOLE
  owner: PartitionOwner<KeyState, unknown, unknown> | undefined
  isActive = false
  #incarnation = 0

  constructor(world: World, slot: Slot, name: string) {
    this.#world = world
    this.slot = slot
    this.name = name
    this.task = this.#start()
  }

  /** Another process takes the place of one that crashed. */
  restart(): void {
    if (this.task.isDead) this.task = this.#start()
  }

  #start(): Task {
    this.owner = undefined
    this.isActive = false
    const task: Task = {
      name: `${this.slot.name}${this.name}${++this.#incarnation}`,
      isDead: false,
      frozenUntil: 0,
    }
    const stage = this.slot.stageOf(this.#world.scheduler.sendOf(task))
    this.#work(task, stage).catch(error =>
      this.#world.violate('no error but the known ones', String(error.stack)),
    )
    return task
  }

  async #work(task: Task, stage: Stage): Promise<void> {
    const { scheduler } = this.#world
    for (;;) {
      await scheduler.call(task, { name: 'begin', about: () => '', pieces: 1, run() {} })
      this.isActive = true
      try {
        await this.#own(task, stage)
      } catch (error) {
        this.#judge(error as Error)
      }
      this.owner = undefined
      this.isActive = false
    }
  }

  async #own(task: Task, stage: Stage): Promise<void> {
    const { cluster, scheduler } = this.#world
    const { partition, store, outputs } = this.slot
    const send = scheduler.sendOf(task)
    const { source } = stage.topology
    const owner = await PartitionOwner.acquire({
      ...stage,
      partition,
      store: store.client(send, this.sizes.slice),
      log: cluster.log(stage.processor.name, partition, source, outputs, send, this.sizes.chunk),
      now: () => cluster.clock,
      monotonic: () => cluster.clock,
      cacheSize: this.sizes.cache,
      wakes: this.sizes.wakes,
      renewalChunk: this.sizes.wakes,
    })
    this.owner = owner
    let tickedAt = cluster.clock
    for (;;) {
      const fetched = await scheduler.call(
        task,
        {
          name: 'log.fetch',
          about: () => `${source} from ${owner.next}`,
          pieces: 1,
          run: () => cluster.fetch(source, partition, owner.next, this.sizes.batch()),
        },
        () =>
          cluster.end(source, partition) !== owner.next ||
          (stage.topology.wire.tickRecord !== undefined && cluster.clock - tickedAt >= TICK_AFTER),
      )
      tickedAt = cluster.clock
      if (fetched.next > owner.next) await owner.process(fetched.records, fetched.next, fetched.highWatermark)
      await owner.tick(TICK_AFTER)
    }
  }

  #judge(error: Error): void {
    if (error instanceof RefusedError) {
      this.#world.refusals.set(this.slot.name, error.message)
      this.#world.scheduler.say(`${this.task.name} refuses: ${error.message}`)
    } else if (
      !(
        error instanceof OwnershipLostError ||
        error instanceof InjectedError ||
        error instanceof OffsetGoneError
      )
    )
      throw error
    else this.#world.scheduler.say(`${this.task.name} lost it: ${error.message}`)
  }
}

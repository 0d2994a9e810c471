import assert from 'node:assert/strict'
import { type Add, adds } from '../test/toys.ts'
import { rest } from './rest.ts'
import { type Outcome, type Pending, Scheduler } from './scheduler.ts'
import { toys } from './toys.ts'
import { type Sizes, type Slot, type Worker, World } from './world.ts'

/** The toys under a schedule that is written down, call by call, where `simulate` draws it. */
export class Script {
  readonly world: World
  readonly #subject = toys()

  constructor() {
    this.world = new World({
      stages: send => this.#subject.stages(send),
      partitions: 1,
      workers: 3,
      now: 1_700_000_000_000,
      scheduler: new Scheduler(true),
    })
  }

  /** One of the three processes that may own a processor's partition: a, b or c. */
  hand(processor: 'counter' | 'lamp', name: 'a' | 'b' | 'c' = 'a', sizes: Partial<Sizes> = {}): Hand {
    const slot = this.world.slot(processor)
    const worker = slot.workers.find(w => w.name === name) as Worker
    worker.sizes = { ...worker.sizes, ...sizes }
    return new Hand(this.world, worker)
  }

  slot(processor: 'counter' | 'lamp'): Slot {
    return this.world.slot(processor)
  }

  /** Records into the source of the counter. */
  append(...records: [key: string, value: Add][]): void {
    for (const [key, value] of records) this.world.cluster.append('adds', 0, adds(key, value))
  }

  /** A record that nobody can read into the source of the counter. */
  poison(key: string): void {
    this.world.cluster.append('adds', 0, { key, value: Buffer.from('not json') })
  }

  /** @param ms that pass, and a tick that says so */
  tick(ms: number): void {
    this.world.cluster.clock += ms
    this.append(['#', { tick: true }])
  }

  /** Lets a call that nobody waits for any more arrive. */
  async arrive(): Promise<void> {
    const copy = this.world.scheduler.pending.find(p => p.task === undefined)
    assert(copy, 'a call is on its way')
    await this.world.scheduler.step(copy, 'done', () => 0)
  }

  /** Everything that was ever in switches, as `a1+ a2− b1+`. */
  get switches(): string {
    return this.world.cluster
      .history('switches', 0)
      .map(({ key, value }) => {
        const { number, on } = JSON.parse(String(value))
        return `${key}${number}${on ? '+' : '−'}`
      })
      .join(' ')
  }

  /** Everything that was ever in counts but for its marks, as `a@0=10`. */
  get counts(): string {
    return this.world.cluster
      .history('counts', 0)
      .map(({ key, value }) => ({ key, ...JSON.parse(String(value)) }))
      .filter(c => !c.mark)
      .map(c => `${c.key}@${c.offset}=${c.sum}`)
      .join(' ')
  }

  get lit(): string {
    return this.world.cluster
      .history('lit', 0)
      .map(r => `${r.key}${JSON.parse(String(r.value)).number}`)
      .join(' ')
  }

  /** Comes to rest, with what must hold in the end held against it. */
  async holds(keeper: 'a' | 'b' | 'c' = 'a'): Promise<void> {
    const { world } = this
    const keepers = world.slots.map(s => s.workers.find(w => w.name === keeper) as Worker)
    const settle = (round: number) => this.#subject.settle(world, round)
    await rest({ world, keepers, settle, pick: ready => ready[0] as Pending, patience: 5_000 })
    const refused = [...world.refusals.values()].map(detail => ({
      statement: 'nobody refuses to go on',
      detail,
    }))
    assert.deepEqual([...world.violations, ...refused, ...this.#subject.check(world)], [], this.trace)
  }

  get trace(): string {
    return world(this.world)
  }
}

function world({ scheduler }: World): string {
  return scheduler.trace?.join('\n') ?? ''
}

/** Moves one worker from call to call. */
export class Hand {
  readonly #world: World
  readonly worker: Worker

  constructor(of: World, worker: Worker) {
    this.#world = of
    this.worker = worker
  }

  /** The call that it has made and that has not come back. */
  get call(): Pending {
    const found = this.#world.scheduler.pending.find(p => p.task === this.worker.task)
    assert(found, `${this.worker.task.name} waits for a call`)
    return found
  }

  /** @param pieces records that are written where the outcome is `partly` */
  async step(outcome: Outcome = 'done', pieces = 0): Promise<void> {
    await this.#world.scheduler.step(this.call, outcome, () => pieces)
    this.worker.restart()
  }

  /** Goes on until the named call is made; it has not happened yet. */
  async to(name: string): Promise<this> {
    for (let steps = 0; this.call.call.name !== name || (steps === 0 && name === 'begin'); steps++) {
      assert(
        steps < 500 && this.call.isReady(),
        `${this.worker.task.name} comes to ${name}\n${world(this.#world)}`,
      )
      await this.step()
    }
    return this
  }

  /** Goes on until there is nothing to fetch, or it has lost its partition. */
  async run(): Promise<this> {
    for (let steps = 0; this.call.isReady() && (steps === 0 || this.call.call.name !== 'begin'); steps++) {
      assert(steps < 500, `${this.worker.task.name} comes to rest`)
      await this.step()
    }
    return this
  }

  /** Whether it is where a worker is that has no partition. */
  get hasLost(): boolean {
    return this.call.call.name === 'begin'
  }
}

import type { Send } from '../src/memory.ts'
import { Random } from './random.ts'
import { rest } from './rest.ts'
import { faultsOf, type Outcome, type Pending, Scheduler } from './scheduler.ts'
import { type Slot, type Stage, type Violation, type Worker, World } from './world.ts'

/** One thing that happens in the story of a seed, between two steps of the workers. */
export interface Action {
  about: string
  run(world: World): void
}

/**
 * What is simulated: a chain of processors, what comes into its source, and what must hold in the end. One is made for
 * each seed, so it may remember what it told.
 */
export interface Subject {
  /** As one process has them. @param send how its calls to anything else travel */
  stages(send: Send): readonly Stage[]
  now: number
  /** Actions beside those that any subject has (time, dumps, compaction, retention): records of the source. */
  append(random: Random, index: number): Action
  /** Longest leap of the clock, ms. */
  leaps: readonly number[]
  /** Records that make every pending judgement due; called until nothing is left to do, `round` counting up. */
  settle(world: World, round: number): boolean
  check(world: World): Violation[]
}

/** Decisions that a replay leaves out, each by the number it had: that is how a failing seed is made shorter. */
export interface Omitted {
  actions: ReadonlySet<number>
  disturbances: ReadonlySet<number>
}

export interface Result {
  seed: number
  violations: readonly Violation[]
  steps: number
  trace: readonly string[]
  actions: number
  disturbances: number
  /** How many faults of each kind there were. */
  faults: Readonly<Record<string, number>>
}

export interface Options {
  seed: number
  subject: () => Subject
  isTraced?: boolean
  omitted?: Omitted
}

/** Steps after which faults end, and steps after which a seed that does not come to rest is a violation of its own. */
const FAULTY = 1_500
const PATIENCE = 20_000

/** Plays one seed: everything that happens follows from it. */
export async function simulate({ seed, subject, isTraced = false, omitted }: Options): Promise<Result> {
  const play = new Play(seed, subject(), isTraced, omitted)
  await play.run()
  return play.result()
}

/** How wild a seed is. */
interface Temper {
  fault: number
  freeze: number
  takeover: number
  /** Chance that the task which ran last runs on. */
  stay: number
  storage: number
  story: number
}

class Play {
  readonly #seed: number
  readonly #subject: Subject
  readonly #omitted: Omitted | undefined
  readonly #choice: Random
  readonly #chance: Random
  readonly #world: World
  readonly #scheduler: Scheduler
  readonly #temper: Temper
  readonly #story: Action[]
  readonly #faults: Record<string, number> = {}
  #told = 0
  #disturbances = 0
  #last: Pending['task']

  constructor(seed: number, subject: Subject, isTraced: boolean, omitted: Omitted | undefined) {
    this.#seed = seed
    this.#subject = subject
    this.#omitted = omitted
    this.#choice = new Random(seed, 1)
    this.#chance = new Random(seed, 2)
    const random = new Random(seed, 3)
    this.#scheduler = new Scheduler(isTraced)
    this.#world = new World({
      stages: send => subject.stages(send),
      partitions: random.chance(0.75) ? 1 : 2,
      workers: random.chance(0.75) ? 2 : 3,
      now: subject.now + random.below(1_000),
      scheduler: this.#scheduler,
    })
    for (const slot of this.#world.slots)
      for (const worker of slot.workers)
        worker.sizes = {
          batch: this.#batches(random),
          chunk: random.pick([1, 2, 5, Number.POSITIVE_INFINITY]),
          slice: random.pick([1, 2, 5, Number.POSITIVE_INFINITY]),
          cache: random.pick([1, 2, 20_000]),
          wakes: random.pick([1, 2, 2_000]),
        }
    this.#temper = {
      fault: random.pick([0, 0.01, 0.03, 0.08]),
      freeze: random.pick([0, 0.01, 0.03]),
      takeover: random.pick([0.001, 0.01, 0.05]),
      stay: random.pick([0, 0.6, 0.9, 0.97]),
      storage: random.pick([0, 0.1, 0.3, 0.5]),
      story: random.pick([0.03, 0.1, 0.3]),
    }
    this.#story = this.#tell(random)
  }

  #batches(random: Random): () => number {
    const largest = random.pick([1, 3, 8, 50])
    return () => 1 + this.#choice.below(largest)
  }

  #tell(random: Random): Action[] {
    const { storage } = this.#temper
    const length = random.pick([6, 12, 20, 30])
    const story = Array.from({ length }, (_, i) => {
      if (random.chance(storage)) return this.#storageAction(random)
      if (random.chance(0.3)) return this.#advance(random)
      return this.#subject.append(random, i)
    })
    if (random.chance(storage)) {
      let at = random.below(length)
      for (const action of this.#sleeper(random)) {
        story.splice(at, 0, action)
        at += 1 + random.below(Math.max(1, Math.min(8, length - at)))
      }
    }
    return story
  }

  /**
   * An owner falls asleep; others take over, and sleep too; Redis falls back to what the first left, so that it is the
   * owner again; what came meanwhile is compacted; it wakes, and later the others (findings 6 and 23).
   */
  #sleeper(random: Random): Action[] {
    const slot = random.pick(this.#world.slots)
    const { name, partition, stage } = slot
    const { source, changelog } = stage.topology
    let sleeper: Worker | undefined
    let left: ReturnType<Slot['store']['dump']> | undefined
    return [
      {
        about: `the owner of ${name} falls asleep`,
        run: () => {
          sleeper = slot.workers.find(w => w.owner !== undefined)
          left = slot.store.dump()
          if (sleeper) sleeper.task.frozenUntil = Number.POSITIVE_INFINITY
        },
      },
      {
        about: `the owners of ${name} after it fall asleep`,
        run: () => {
          for (const w of slot.workers) if (w.isActive) w.task.frozenUntil = Number.POSITIVE_INFINITY
        },
      },
      {
        about: `${name} falls back to what its sleeping owner left, its logs are compacted, it wakes`,
        run: ({ cluster }) => {
          if (!sleeper) return
          slot.store.restore(left)
          const isFirst = source === this.#world.slots[0]?.stage.topology.source
          const compacted = isFirst ? changelog : source
          cluster.compact(compacted, partition, cluster.end(compacted, partition))
          for (const { task } of slot.workers)
            if (task.frozenUntil === Number.POSITIVE_INFINITY) task.frozenUntil = this.#scheduler.steps + 60
          sleeper.task.frozenUntil = 0
        },
      },
    ]
  }

  #advance(random: Random): Action {
    const ms = random.chance(0.2) ? random.pick(this.#subject.leaps) : random.below(2_500)
    return { about: `${ms} ms pass`, run: world => (world.cluster.clock += ms) }
  }

  #storageAction(random: Random): Action {
    const slot = random.pick(this.#world.slots)
    const which = random.below(1_000)
    const { changelog, projection, source } = slot.stage.topology
    const kind = random.weighted({ dump: 5, restore: 4, empty: 2, compact: 4, compactOwn: 2, retain: 1 })
    const part = random.next()
    const { partition, name } = slot
    if (kind === 'dump') return { about: `${name} is dumped`, run: () => slot.dumps.push(slot.store.dump()) }
    if (kind === 'restore')
      return {
        about: `${name} falls back to a dump`,
        run: () => {
          // Mostly the latest: what an owner that lives on may take for its own.
          const back = part < 0.6 ? 1 : 1 + (which % Math.max(1, slot.dumps.length))
          slot.store.restore(slot.dumps.at(-back) ?? slot.store.dump())
        },
      }
    if (kind === 'empty')
      return { about: `${name} comes back empty`, run: () => slot.store.restore(undefined) }
    const isFirst = source === this.#world.slots[0]?.stage.topology.source
    if (kind === 'retain' && isFirst)
      return {
        about: `${source} loses its oldest records`,
        run: ({ cluster }) => {
          const { processor, topology } = slot.stage
          const published = cluster.history(changelog, partition).at(-1)?.value
          // Further than what is folded and published would be loss by definition; the kernel refuses then.
          const safe = published ? processor.sourceOf(topology.wire.decodeOwn(published)) + 1 : 0
          const { next = 0 } = slot.store.dump().position
          cluster.truncate(source, partition, Math.floor(part * (Math.min(safe, next) + 1)))
        },
      }
    if (projection)
      return {
        about: `${changelog} is compacted`,
        run: ({ cluster }) => {
          // Not what is not projected yet: the compaction lag must exceed the longest outage (finding 26).
          const last = cluster.history(projection.topic, partition).at(-1)?.value
          cluster.compact(changelog, partition, last ? projection.offsetOf(last) + 1 : 0)
        },
      }
    return {
      about: `${changelog} is compacted`,
      run: ({ cluster }) =>
        cluster.compact(
          changelog,
          partition,
          Math.ceil(Math.min(1, 2 * part) * cluster.end(changelog, partition)),
        ),
    }
  }

  /** Whether a disturbance happens: none does that a replay leaves out. */
  #isDisturbed(p: number): boolean {
    if (!this.#chance.chance(p)) return false
    const number = this.#disturbances++
    return !this.#omitted?.disturbances.has(number)
  }

  async run(): Promise<void> {
    const { scheduler } = { scheduler: this.#scheduler }
    while (scheduler.steps < FAULTY) {
      if (this.#told < this.#story.length && this.#chance.chance(this.#temper.story)) this.#tellNext()
      const p = this.#choose()
      if (p) await this.#proceed(p)
      else if (this.#told < this.#story.length) this.#tellNext()
      else break
    }
    while (this.#told < this.#story.length) this.#tellNext()
    await this.#finish()
    this.#world.violations.push(...(this.#world.violations.length > 0 ? [] : this.#verdict()))
  }

  #verdict(): Violation[] {
    const { refusals } = this.#world
    if (refusals.size > 0)
      return [...refusals].map(([name, why]) => ({
        statement: 'nobody refuses to go on',
        detail: `${name}: ${why}`,
      }))
    return this.#subject.check(this.#world)
  }

  #tellNext(): void {
    const number = this.#told++
    if (this.#omitted?.actions.has(number)) return
    const action = this.#story[number] as Action
    action.run(this.#world)
    this.#scheduler.say(`# ${action.about}`)
  }

  /** The call that proceeds next; undefined where all wait for something to happen. */
  #choose(): Pending | undefined {
    const { pending, steps } = this.#scheduler
    const ready = pending.filter(
      p => p.isReady() && (p.task ? p.task.frozenUntil <= steps : p.arrives <= steps),
    )
    const begins = ready.filter(p => p.call.name === 'begin')
    const others = ready.filter(p => p.call.name !== 'begin')
    const orphans = begins.filter(p => !this.#isOwned(p))
    if (begins.length > orphans.length && this.#isDisturbed(this.#temper.takeover)) {
      const p = this.#choice.pick(begins.filter(p => this.#isOwned(p)))
      const slot = this.#slotOf(p)
      // What the overtaken owner left may come back, and with it, for Redis, its ownership.
      if (slot && this.#choice.chance(0.5)) slot.dumps.push(slot.store.dump())
      return p
    }
    const candidates = [...others, ...orphans]
    if (candidates.length === 0) {
      // All that could go on is frozen or on its way: time passes.
      const waiting = pending.filter(p => p.call.name !== 'begin' && p.isReady())
      if (waiting.length === 0) return undefined
      const first = waiting.reduce((a, b) => (thaw(b) < thaw(a) ? b : a))
      if (thaw(first) === Number.POSITIVE_INFINITY) return undefined
      this.#scheduler.steps = Math.max(steps, thaw(first))
      return first
    }
    const same = candidates.filter(p => p.task !== undefined && p.task === this.#last)
    const p =
      same.length > 0 && this.#choice.chance(this.#temper.stay)
        ? this.#choice.pick(same)
        : this.#choice.pick(candidates)
    this.#last = p.task
    return p
  }

  #slotOf(p: Pending): Slot | undefined {
    return this.#world.slots.find(s => s.workers.some(w => w.task === p.task))
  }

  /** Whether another process works on the partition, and is not asleep. */
  #isOwned(p: Pending): boolean {
    const { steps } = this.#scheduler
    return this.#slotOf(p)?.workers.some(w => w.isActive && w.task.frozenUntil <= steps) ?? false
  }

  async #proceed(p: Pending): Promise<void> {
    let outcome: Outcome = 'done'
    if (p.task && this.#isDisturbed(this.#temper.fault)) outcome = this.#chance.pick(faultsOf(p.call.name))
    else if (p.task && this.#isDisturbed(this.#temper.freeze)) {
      p.task.frozenUntil = this.#scheduler.steps + 5 + this.#chance.below(200)
      this.#scheduler.say(`${p.task.name} is stopped until ${p.task.frozenUntil}`)
      this.#count('stop')
      return
    }
    if (outcome !== 'done') this.#count(outcome)
    this.#loseRedis(p, outcome)
    await this.#scheduler.step(p, outcome, below => this.#chance.below(below))
    if (p.task?.isDead) this.#workerOf(p)?.restart()
  }

  /** A machine that goes down takes its Redis along; and a late claim may reach one that came back empty (finding 21). */
  #loseRedis(p: Pending, outcome: Outcome): void {
    if (!this.#temper.storage) return
    const isLateClaim = !p.task && p.call.name === 'store.claim'
    if (!(isLateClaim ? this.#isDisturbed(0.4) : outcome === 'crashBefore' && this.#isDisturbed(0.1))) return
    const slot = this.#world.slots.find(s => s.workers.some(w => w.task === p.from))
    slot?.store.restore(undefined)
    if (slot) this.#scheduler.say(`# ${slot.name} comes back empty`)
  }

  #workerOf(p: Pending): Worker | undefined {
    return this.#world.slots.flatMap(s => s.workers).find(w => w.task === p.task)
  }

  #count(fault: string): void {
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1
  }

  async #finish(): Promise<void> {
    this.#scheduler.say('# the end begins')
    const keepers = this.#world.slots.map(s => s.workers.find(w => w.isActive) ?? (s.workers[0] as Worker))
    for (const { task } of this.#world.slots.flatMap(s => s.workers)) task.frozenUntil = 0
    const settle = (round: number) => this.#subject.settle(this.#world, round)
    await rest({
      world: this.#world,
      keepers,
      settle,
      pick: ready => this.#choice.pick(ready),
      patience: PATIENCE,
    })
  }

  result(): Result {
    return {
      seed: this.#seed,
      violations: this.#world.violations,
      steps: this.#scheduler.steps,
      trace: this.#scheduler.trace ?? [],
      actions: this.#story.length,
      disturbances: this.#disturbances,
      faults: this.#faults,
    }
  }
}

function thaw(p: Pending): number {
  return p.task ? p.task.frozenUntil : p.arrives
}

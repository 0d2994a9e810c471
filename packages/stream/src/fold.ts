import {
  type Context,
  type Input,
  type KeyState,
  type Millis,
  PARTITION,
  type Processor,
  type Step,
  wholeSecond,
} from './processor.ts'
import type { Timers } from './timers.ts'

/** A record for the processor's changelog. */
export interface OwnOutput<Own> {
  key: string
  value: Own
}

/** What folding a run of records gives: nothing of it is visible to anyone before it is published and committed. */
export interface Folded<State, Own> {
  own: OwnOutput<Own>[]
  elsewhere: { key: string; value: unknown }[]
  /** Keys whose state changed, with the state that they had before the run. */
  changed: Map<string, State | undefined>
  clock: Millis
  /** How many records are folded: all, or those before the one whose clock wakes a key that is not in memory. */
  records: number
}

/**
 * The part of a partition's memory that folding works on. `states` holds every key of the records, and those of the
 * first timers that they make fire; where another timer's turn comes, folding stops before the record that moved the
 * clock so far.
 */
export interface Memory<State> {
  states: Map<string, State | undefined>
  timers: Timers
  clock: Millis
}

/**
 * Folds records in order (rules 1, 2 and 4 of the kernel). Pure but for `memory`, which it moves on: whoever drops the
 * result must drop the memory too.
 *
 * For each record: the clock; every timer due by it, each at its own due time; then the record, unless its key has it.
 * Changed keys are published once per second of the log, each second's before the mark that ends it.
 *
 * @param announced up to this source offset outputs are in the changelog already: only facts are folded
 * @param endsBatch whether changed keys are published after the record of this index, too: several batches in one call
 */
export function fold<State extends KeyState, In, Own>(
  processor: Processor<State, In, Own>,
  memory: Memory<State>,
  records: readonly Input<In>[],
  announced: number,
  endsBatch?: (index: number) => boolean,
): Folded<State, Own> {
  const { states, timers } = memory
  const result: Folded<State, Own> = {
    own: [],
    elsewhere: [],
    changed: new Map(),
    clock: memory.clock,
    records: records.length,
  }
  const unpublished = new Map<string, State>()
  const context: Context<State> = { offset: -1, clock: memory.clock, partition: states.get(PARTITION) }

  function put(key: string, before: State | undefined, step: Step<State, Own>): void {
    if (step.own) for (const value of step.own) result.own.push({ key, value })
    if (step.elsewhere) for (const out of step.elsewhere) result.elsewhere.push(out)
    if (step.state === before) return
    if (key === PARTITION && processor.snapshot) {
      // What is folded by the partition's state must not be folded again by its next one: where a publish ends half-way,
      // whoever comes next takes over what arrived. So keys as they were before it stand before it.
      unpublished.delete(PARTITION)
      publishChanged()
    }
    keep(key, before, step.state)
    unpublished.delete(key)
    if (processor.snapshot && step.state) unpublished.set(key, step.state)
  }

  function keep(key: string, before: State | undefined, state: State | undefined): void {
    if (!result.changed.has(key)) result.changed.set(key, before)
    states.set(key, state)
    timers.set(key, state?.wakeAt ?? null)
    if (key === PARTITION) context.partition = state
  }

  function publishChanged(): void {
    // In the order of their last records: Map keeps it, since a changed key moves to the end.
    for (const [key, changed] of unpublished) {
      const { state, own } = (processor.snapshot as NonNullable<typeof processor.snapshot>)(key, changed)
      states.set(key, state)
      result.own.push({ key, value: own })
    }
    unpublished.clear()
  }

  function wake(key: string, due: Millis): void {
    const state = states.get(key)
    if (state === undefined) return
    const step = processor.wake(key, state, due, context)
    if (step.state?.wakeAt != null && step.state.wakeAt <= due)
      throw new Error(`${processor.name}: wake of ${key} at ${due} asks for ${step.state.wakeAt} again`)
    put(key, state, step)
  }

  /** @returns false where a timer's key is not in memory: those before it have fired, and the clock is where it was */
  function moveClock(to: Millis, quiet: boolean): boolean {
    const second = wholeSecond(to)
    const before = context.clock
    const newSecond = to > before && second > wholeSecond(before)
    context.clock = Math.max(before, to)
    if (!quiet)
      for (let t = timers.first(context.clock); t !== undefined; t = timers.first(context.clock)) {
        if (!states.has(t.key)) {
          context.clock = before
          return false
        }
        timers.take(t.due)
        wake(t.key, t.due)
      }
    if (newSecond && processor.mark) {
      publishChanged()
      const before = states.get(PARTITION)
      if (before === undefined || before.offset < context.offset) {
        // Before all that changes in this second; where this record changes the partition too, one record says both.
        keep(PARTITION, before, processor.mark(before, second, context.offset))
        unpublished.set(PARTITION, states.get(PARTITION) as State)
      }
    }
    return true
  }

  for (const [i, record] of records.entries()) {
    const quiet = record.offset <= announced
    context.offset = record.offset
    const time = processor.time(record)
    // Before the clock moves: the mark of a new second names this record already.
    const folded = states.get(record.key)?.offset ?? -1
    if ('partition' in time && !moveClock(time.partition, quiet)) {
      result.records = i
      break
    }

    if (i > 0 && endsBatch?.(i - 1)) publishChanged()

    const seen = states.get(record.key)
    if (folded >= record.offset) continue
    if (quiet && processor.note) {
      const noted = processor.note(record.key, seen, record, context)
      if (noted !== seen) keep(record.key, seen, noted)
      continue
    }
    if ('own' in time && seen !== undefined) {
      const by = wholeSecond(time.own)
      for (let s = states.get(record.key); s?.wakeAt != null && s.wakeAt <= by; s = states.get(record.key)) {
        timers.set(record.key, null)
        wake(record.key, s.wakeAt)
      }
    }
    const before = states.get(record.key)
    put(record.key, before, processor.fold(record.key, before, record, context))
  }
  publishChanged()
  memory.clock = context.clock
  result.clock = context.clock
  return result
}

/**
 * Latest time up to which the records can make timers of other keys fire: their states are needed beforehand. 0 where
 * none can: while records are announced, timers that are due pile up, and go off at the first that is not.
 */
export function timersReach<State extends KeyState, In, Own>(
  processor: Processor<State, In, Own>,
  { clock }: Pick<Memory<State>, 'clock'>,
  records: readonly Input<In>[],
  announced: number,
): Millis {
  let reach = clock
  let fires = false
  for (const record of records) {
    const time = processor.time(record)
    if (!('partition' in time)) continue
    reach = Math.max(reach, time.partition)
    fires ||= record.offset > announced
  }
  return fires ? reach : 0
}

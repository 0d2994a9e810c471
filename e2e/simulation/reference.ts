import type { LogRecord } from '@hotlead/kafka'
import type { Input, KeyState, Processor, Wire } from '@hotlead/stream'

/** What a processor must have come to by a log: everything folded once, record by record, with nothing ever failing. */
export interface Reference<State, Own> {
  states: Map<string, State>
  own: { key: string; value: Own }[]
  elsewhere: { key: string; value: unknown; offset: number }[]
  poison: number[]
}

const floor = (t: number) => Math.floor(t / 1000) * 1000

/**
 * The kernel as one would write it where nothing can fail and speed does not matter: no batches, no positions, no log of
 * its own, a scan over all keys for every timer.
 * @param isRepeat what has come before, by the log alone: it moves the clock and nothing else
 */
export function reference<State extends KeyState, In, Own>(
  processor: Processor<State, In, Own>,
  wire: Pick<Wire<State, In, Own>, 'decode'>,
  records: readonly LogRecord[],
  isRepeat: (input: Input<In>) => boolean = () => false,
): Reference<State, Own> {
  const states = new Map<string, State>()
  const result: Reference<State, Own> = { states, own: [], elsewhere: [], poison: [] }
  let clock = 0

  for (const { key, offset, timestamp, value } of records) {
    if (value === null) continue
    let decoded: In
    try {
      decoded = wire.decode(value)
    } catch {
      result.poison.push(offset)
      continue
    }
    const input = { key, offset, timestamp, value: decoded }
    const context = () => ({ offset, clock, partition: states.get('#') })
    const set = (k: string, state: State | undefined) => {
      if (state === undefined) states.delete(k)
      else states.set(k, processor.snapshot ? processor.snapshot(k, state).state : state)
    }
    const wake = (k: string, due: number) => {
      const step = processor.wake(k, states.get(k) as State, due, context())
      for (const own of step.own ?? []) result.own.push({ key: k, value: own })
      set(k, step.state)
    }

    if (processor.isRenewal?.(input)) {
      clock = Math.max(clock, timestamp)
      set('#', processor.fold('#', states.get('#'), input, { offset, clock, partition: undefined }).state)
      for (const [k, state] of states) {
        const renewed = k !== '#' && processor.renew?.(k, state, input, context())
        if (renewed) set(k, renewed)
      }
      continue
    }
    const time = processor.time(input)
    if ('partition' in time) {
      const before = clock
      clock = Math.max(clock, time.partition)
      for (;;) {
        const due = [...states].filter(([, s]) => s.wakeAt != null && s.wakeAt <= clock)
        if (due.length === 0) break
        due.sort(([a, x], [b, y]) => (x.wakeAt as number) - (y.wakeAt as number) || (a < b ? -1 : 1))
        const [k, s] = due[0] as [string, State]
        wake(k, s.wakeAt as number)
      }
      if (processor.mark && floor(clock) > floor(before))
        set('#', processor.mark(states.get('#'), floor(time.partition), offset))
    } else {
      for (let s = states.get(key); s?.wakeAt != null && s.wakeAt <= floor(time.own); s = states.get(key))
        wake(key, s.wakeAt)
    }
    if (isRepeat(input)) continue
    const state = states.get(key)
    const step = processor.fold(key, state, input, context())
    for (const own of step.own ?? []) result.own.push({ key, value: own })
    for (const out of step.elsewhere ?? []) result.elsewhere.push({ ...out, offset })
    if (step.state !== state) set(key, step.state)
  }
  return result
}

import type { Processor, Topology, Wire } from '../src/index.ts'
import { PARTITION, wholeSecond } from '../src/index.ts'

/** Two processors small enough to be checked by eye, of the two kinds that the kernel runs. */

export interface Count {
  offset: number
  at: number
  sum: number
  mark: boolean
  /** Per key that sent something here, the offset of the latest that counts. */
  seen?: Record<string, number>
}
/** Who sent a record on, and the offset that it had there. */
export interface Via {
  key: string
  offset: number
}
export type Add =
  | { add: number; via?: Via }
  | { tick: true }
  | { double: true }
  /** For another key: this one stays as it is, as with the events of a visitor that is known. */
  | { forward: string; add: number }
  /** All that this key has, to another: as with a visitor that becomes known. */
  | { give: string }

/**
 * Sums what a key is sent and publishes the sum, as the scorer does. `double` renews every key at twice its sum; what
 * other keys send on counts once, by the highest offset seen of each.
 */
export const counter: Processor<Count, Add, Count> = {
  name: 'counter',
  time: record => ({ partition: record.timestamp }),
  fold(key, state, { value }, { offset, clock }) {
    if ('double' in value) return { state: { offset, at: clock, sum: 0, mark: true } }
    if ('forward' in value) return { state, elsewhere: [sentOn(value.forward, value.add, key, offset)] }
    if ('give' in value) {
      if (!state || state.sum === 0) return { state }
      return {
        state: { ...state, offset, at: clock, sum: 0 },
        elsewhere: [sentOn(value.give, state.sum, key, offset)],
      }
    }
    if (!('add' in value)) return { state }
    const { add, via } = value
    if (via && (state?.seen?.[via.key] ?? -1) >= via.offset) return { state }
    const after: Count = { ...state, offset, at: clock, sum: (state?.sum ?? 0) + add, mark: false }
    if (via) after.seen = { ...state?.seen, [via.key]: via.offset }
    return { state: after }
  },
  wake: (_key, state) => ({ state }),
  adopt: (_key, state, own) => (state && state.offset >= own.offset ? state : own),
  sourceOf: own => own.offset,
  snapshot: (_key, state) => ({ state, own: state }),
  mark: (_partition, second, offset) => ({ offset, at: second, sum: 0, mark: true }),
  isRenewal: ({ value }) => 'double' in value,
  renew: (_key, state, _record, { offset, clock }) => ({ ...state, offset, at: clock, sum: state.sum * 2 }),
}

function sentOn(to: string, add: number, key: string, offset: number) {
  return { key: to, value: { add, via: { key, offset } } satisfies Add }
}

export interface Lamp {
  offset: number
  source: number
  on: boolean
  number: number
  since: number
  wakeAt: number | null
  fact: Count | null
}
export interface Switch {
  number: number
  on: boolean
  at: number
  offset: number
}

/** ms that a lamp burns after the count that lit it. */
export const BURNS = 3_000
const LIT = 10

/** Lights a key whose sum is 10 or more, for three seconds, as tiering does with a tier. */
export const lamp: Processor<Lamp, Count, Switch> = {
  name: 'lamp',
  time: ({ value }) => (value.mark ? { partition: value.at } : { own: value.at }),
  fold(_key, state, { offset, value }, context) {
    if (value.mark || (state && value.offset <= state.source)) return { state }
    return judge(facing(state, offset, value), value.at, context.offset)
  },
  wake(_key, state, due, context) {
    // Not before its last switch: a count that was noted again is older than what was announced since.
    const at = Math.max(due, state.since)
    return judge({ ...state, offset: context.offset, wakeAt: null }, at, context.offset)
  },
  adopt(_key, state, own) {
    if (state && state.number >= own.number) return state
    const base = state ?? dark()
    return {
      ...base,
      on: own.on,
      number: own.number,
      since: own.at,
    }
  },
  sourceOf: own => own.offset,
  note(_key, state, { offset, value }) {
    if (value.mark || (state && value.offset <= state.source)) return state
    return kept(settle(facing(state, offset, value)))
  },
  index: (_key, state) =>
    state.number > 0 ? { name: state.on ? 'on' : 'off', value: state.since } : undefined,
}

function dark(): Lamp {
  return { offset: -1, source: -1, on: false, number: 0, since: 0, wakeAt: null, fact: null }
}

function facing(state: Lamp | undefined, offset: number, fact: Count): Lamp {
  return { ...(state ?? dark()), offset, source: fact.offset, fact }
}

/** A lamp that never burnt and waits for nothing is not kept, as a lead that never left the lowest tier. */
function kept(s: Lamp): Lamp | undefined {
  return s.number === 0 && s.wakeAt === null ? undefined : s
}

function burnsUntil(fact: Count): number {
  return fact.sum >= LIT ? wholeSecond(fact.at + BURNS + 999) : 0
}

/** Next time at which the lamp is not as it should be. */
function settle(s: Lamp): Lamp {
  const { fact } = s
  if (!fact) return { ...s, wakeAt: null }
  const until = burnsUntil(fact)
  const shouldBurn = until > fact.at
  const wakeAt = s.on !== shouldBurn ? wholeSecond(fact.at + 999) : shouldBurn ? until : null
  return { ...s, wakeAt, fact: wakeAt === null ? null : fact }
}

function judge(s: Lamp, at: number, offset: number): { state: Lamp | undefined; own?: Switch[] } {
  const { fact } = s
  if (!fact) return { state: kept(s) }
  const on = burnsUntil(fact) > at
  const next = on ? burnsUntil(fact) : null
  const after: Lamp = { ...s, on, wakeAt: next, fact: next === null ? null : fact }
  if (on === s.on) return { state: kept(after) }
  const number = s.number + 1
  return { state: { ...after, number, since: at }, own: [{ number, on, at, offset }] }
}

function json<S, I, O>(): Wire<S, I, O> {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value))
  const decode = (bytes: Buffer) => JSON.parse(bytes.toString())
  return {
    decode,
    decodeState: decode,
    encodeState: encode,
    decodeOwn: decode,
    ownRecord: (key, own) => ({ key, value: encode(own) }),
    elsewhereRecord: (key, value) => ({ key, value: encode(value) }),
    tickRecord: () => ({ key: PARTITION, value: encode({ tick: true }) }),
  }
}

export const counterTopology: Topology<Count, Add, Count> = {
  source: 'adds',
  changelog: 'counts',
  refold: 'overlap',
  wire: json(),
}
export const lampTopology: Topology<Lamp, Count, Switch> = {
  source: 'counts',
  changelog: 'switches',
  refold: 'start',
  wire: { ...json<Lamp, Count, Switch>(), tickRecord: undefined } as unknown as Wire<Lamp, Count, Switch>,
  projection: {
    topic: 'lit',
    retention: Number.POSITIVE_INFINITY,
    record: (key, own, offset) =>
      own.on
        ? { key, value: Buffer.from(JSON.stringify({ key, number: own.number, of: offset })) }
        : undefined,
    offsetOf: value => JSON.parse(value.toString()).of,
  },
}

export function add(key: string, n: number) {
  return adds(key, { add: n })
}

export function adds(key: string, value: Add) {
  return { key, value: Buffer.from(JSON.stringify(value)) }
}

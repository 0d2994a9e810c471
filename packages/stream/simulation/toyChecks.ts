import type { LogRecord } from '@hotlead/kafka'
import type { Violation, World } from './world.ts'

/**
 * What must hold of the toys in the end, by folds of their own: written from what counter and lamp are for, one record
 * after another, with nothing of the kernel's.
 */
export function checkToys(world: World): Violation[] {
  const found: Violation[] = []
  const state = (statement: string, detail: string) => found.push({ statement, detail })
  const equal = (statement: string, actual: unknown, expected: unknown) => {
    const [a, e] = [text(actual), text(expected)]
    if (a !== e) state(statement, `is ${a}, must be ${e}`)
  }
  const { cluster } = world
  const intents: Sent[] = []
  const copies: Sent[] = []
  for (let p = 0; p < cluster.partitions; p++) {
    const adds = cluster.history('adds', p)
    const sums = countNaively(adds)
    intents.push(...sums.sent)
    copies.push(...sums.received)
    const counts = cluster.history('counts', p).map(decode<Count>)
    const latest = new Map<string, Count>()
    for (const { key, value } of counts) {
      const before = latest.get(key)
      if (before && before.offset >= value.offset)
        state('counts never goes back', `${key} is at ${before.offset}, then at ${value.offset}`)
      latest.set(key, value)
    }
    const store = world.slot('counter', p).store.dump()
    const inStore = new Map([...store.states].map(([key, v]) => [key, JSON.parse(v.toString())]))
    equal('the sums in the store are those of the source', bare(inStore), bare(sums.keys))
    equal('the latest of counts is what the store holds', bare(latest), bare(inStore))
    equal('the counter has folded its source to the end', store.position.next, cluster.end('adds', p))
    const dead = new Set(
      cluster.history('dead-letter', p).map(r => `${r.headers?.['dlq-topic']} ${r.headers?.['dlq-offset']}`),
    )
    const poison = sums.poison.map(offset => `adds ${offset}`)
    for (const r of isWhole(cluster, 'counts', p) ? cluster.history('counts', p) : [])
      if (isUnreadable(decode<Count>(r).value.sum)) poison.push(`counts ${r.offset}`)
    for (const one of poison) if (!dead.has(one)) state('poison is in dead-letter', `${one} is not`)

    checkLamps(world, p, equal, state)
  }
  checkSent(intents, copies, state)
  return found
}

/** Sums that lamps cannot read. */
export function isUnreadable(sum: number): boolean {
  return sum !== 0 && sum % 7 === 0
}

/** Whether nothing was compacted away, or deleted. */
function isWhole(cluster: World['cluster'], topic: string, p: number): boolean {
  return cluster.partition(topic, p).length === cluster.history(topic, p).length
}

interface Count {
  offset: number
  at: number
  sum: number
  mark: boolean
}
interface Switch {
  number: number
  on: boolean
  at: number
  offset: number
}
interface Sent {
  from: string
  to: string
  offset: number
  add: number
}

/** Sums of one partition of `adds`. Of what was sent on, the first copy counts. */
function countNaively(records: readonly LogRecord[]) {
  const keys = new Map<string, Count>()
  const sent: Sent[] = []
  const received: Sent[] = []
  const poison: number[] = []
  let clock = 0
  for (const { key, value, offset, timestamp } of records) {
    const record = parse(value)
    if (!record) {
      poison.push(offset)
      continue
    }
    const second = Math.floor(timestamp / 1000) * 1000
    if (second > Math.floor(clock / 1000) * 1000) keys.set('#', { offset, at: second, sum: 0, mark: true })
    clock = Math.max(clock, timestamp)
    const put = (sum: number) => keys.set(key, { offset, at: clock, sum, mark: false })
    const had = keys.get(key)?.sum ?? 0
    if (record.double) {
      for (const [k, c] of keys) if (k !== '#') keys.set(k, { ...c, offset, at: clock, sum: 2 * c.sum })
      keys.set('#', { offset, at: clock, sum: 0, mark: true })
    } else if (record.forward) sent.push({ from: key, to: record.forward, offset, add: record.add })
    else if (record.give) {
      if (had === 0) continue
      sent.push({ from: key, to: record.give, offset, add: had })
      put(0)
    } else if (record.via) {
      const copy = { from: record.via.key, to: key, offset: record.via.offset, add: record.add }
      if (received.some(r => same(r, copy))) continue
      received.push(copy)
      put(had + record.add)
    } else if (record.add !== undefined) put(had + record.add)
  }
  return { keys, sent, received, poison }
}

function same(a: Sent, b: Sent): boolean {
  return a.from === b.from && a.to === b.to && a.offset === b.offset
}

function checkSent(intents: Sent[], copies: Sent[], state: (s: string, d: string) => void): void {
  for (const i of intents)
    if (!copies.some(c => same(c, i) && c.add === i.add))
      state('what a key sends on arrives', `${text(i)} did not`)
  for (const c of copies)
    if (!intents.some(i => same(c, i))) state('nothing arrives that was not sent on', text(c))
}

interface Lamp {
  on: boolean
  number: number
  since: number
  wakeAt: number | null
  sum: number
  /** Its latest count cannot be read. */
  isObscured: boolean
}

function checkLamps(
  world: World,
  p: number,
  equal: (s: string, a: unknown, e: unknown) => void,
  state: (s: string, d: string) => void,
): void {
  const { cluster } = world
  const numbers = new Map<string, Switch>()
  const on: string[] = []
  for (const r of cluster.history('switches', p)) {
    const { key, value } = decode<Switch>(r)
    const before = numbers.get(key)
    if (value.number !== (before?.number ?? 0) + 1)
      state('switches are numbered 1, 2, 3 …', `${key} has ${value.number} after ${before?.number ?? 0}`)
    if (value.on === (before?.on ?? false))
      state('a lamp is switched on, off, on …', `${key} ${value.number} is ${value.on} again`)
    if (value.on) on.push(`${key} ${value.number}`)
    numbers.set(key, value)
  }
  const lit = cluster.history('lit', p).map(r => {
    const { value } = decode<{ key: string; number: number }>(r)
    return `${value.key} ${value.number}`
  })
  equal('every switch on is in lit, once, in order', lit, on)

  const store = world.slot('lamp', p).store.dump()
  const expected = burnNaively(cluster.history('counts', p))
  // What compaction takes from counts before a lamp has seen it, no lamp can show.
  if (isWhole(cluster, 'counts', p)) {
    const told = new Map<string, string[]>()
    for (const { key, on } of expected.switches) told.set(key, [...(told.get(key) ?? []), on ? 'on' : 'off'])
    const made = new Map<string, string[]>()
    for (const r of cluster.history('switches', p)) {
      const { key, value } = decode<Switch>(r)
      made.set(key, [...(made.get(key) ?? []), value.on ? 'on' : 'off'])
    }
    equal('the switches are those that the counts ask for', made, told)
  }
  const lamps = [...store.states].map(([key, v]) => [key, JSON.parse(v.toString())] as const)
  const inStore = new Map(lamps)
  for (const [key, lamp] of expected.lamps) {
    // Compaction leaves nothing of such a key that a lamp can read.
    if (lamp.isObscured && !isWhole(cluster, 'counts', p)) continue
    const found = inStore.get(key)
    const last = numbers.get(key)
    equal(`lamp ${key} burns as its last count says`, found?.on ?? false, lamp.on)
    if (found || last)
      equal(
        `lamp ${key} stands as its last switch says`,
        [found?.number, found?.since],
        [last?.number, last?.at],
      )
    equal(`lamp ${key} waits for the right time`, found?.wakeAt ?? null, lamp.wakeAt)
    equal(`lamp ${key} keeps its count while it waits`, found?.fact?.sum, lamp.wakeAt ? lamp.sum : undefined)
  }
  for (const key of inStore.keys())
    if (!expected.lamps.has(key)) state('no lamp is there that no count names', key)
  const waiting = lamps.flatMap(([key, l]) => (l.wakeAt === null ? [] : [[key, l.wakeAt] as const]))
  equal('the timers are those of the lamps', new Map(store.timers), new Map(waiting))
  for (const name of ['on', 'off']) {
    const members = lamps.filter(([, l]) => l.number > 0 && l.on === (name === 'on'))
    equal(
      `the index ${name} is that of the lamps`,
      store.indexes.get(name) ?? new Map(),
      new Map(members.map(([key, l]) => [key, l.since])),
    )
  }
  equal('the lamps have folded counts to the end', store.position.next, cluster.end('counts', p))
}

/** What the lamps of one partition do, by every count that was ever published. */
function burnNaively(records: readonly LogRecord[]) {
  const lamps = new Map<string, Lamp>()
  const switches: { key: string; number: number; on: boolean; at: number }[] = []
  function turn(key: string, lamp: Lamp, on: boolean, at: number): void {
    Object.assign(lamp, { on, number: lamp.number + 1, since: at })
    switches.push({ key, number: lamp.number, on, at })
  }
  function burnOut(key: string, lamp: Lamp, by: number): void {
    if (lamp.wakeAt === null || lamp.wakeAt > by) return
    turn(key, lamp, false, lamp.wakeAt)
    lamp.wakeAt = null
  }
  for (const r of records) {
    const { key, value } = decode<Count>(r)
    if (value.mark) {
      const due = [...lamps].sort(([a, x], [b, y]) => (x.wakeAt ?? 0) - (y.wakeAt ?? 0) || (a < b ? -1 : 1))
      for (const [k, lamp] of due) burnOut(k, lamp, value.at)
      continue
    }
    const known = lamps.get(key)
    if (known) known.isObscured = isUnreadable(value.sum)
    if (isUnreadable(value.sum)) continue
    const lamp = known ?? { on: false, number: 0, since: 0, wakeAt: null, sum: 0, isObscured: false }
    lamps.set(key, lamp)
    burnOut(key, lamp, Math.floor(value.at / 1000) * 1000)
    lamp.sum = value.sum
    const on = value.sum >= 10
    if (on !== lamp.on) turn(key, lamp, on, value.at)
    // Three seconds, up to a whole one.
    lamp.wakeAt = on ? Math.ceil((value.at + 3_000) / 1000) * 1000 : null
  }
  return { lamps, switches }
}

function decode<T>(r: LogRecord): { key: string; value: T } {
  return { key: r.key, value: JSON.parse(String(r.value)) }
}

function parse(value: Buffer | null) {
  try {
    return JSON.parse(String(value))
  } catch {
    return undefined
  }
}

function bare(counts: ReadonlyMap<string, Count>): Map<string, unknown> {
  return new Map([...counts].map(([key, { offset, at, sum, mark }]) => [key, { offset, at, sum, mark }]))
}

/** Maps in the order of their keys. */
function text(value: unknown): string {
  return JSON.stringify(value, (_key, v) =>
    v instanceof Map ? Object.fromEntries([...v].sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  )
}

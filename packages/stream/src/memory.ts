import type { LogRecord, NewRecord } from '@hotlead/kafka'
import { OwnershipLostError } from './errors.ts'
import type { Log, Publisher } from './log.ts'
import type { Millis } from './processor.ts'
import type { Entry, Identity, Loss, Position, Session, Store } from './store.ts'

/** A log in memory: topics of partitions, with the fence that Kafka gives. */
export class MemoryCluster {
  readonly partitions: number
  readonly #topics = new Map<string, LogRecord[][]>()
  readonly #epochs = new Map<string, number>()
  readonly #creations = new Map<string, number>()
  /** As Kafka's cluster id: another one is another log. */
  id = 'memory'
  /** ms since 1970, stamped on every record. */
  clock: Millis

  constructor(partitions: number, clock: Millis) {
    this.partitions = partitions
    this.clock = clock
  }

  partition(topic: string, partition: number): LogRecord[] {
    let all = this.#topics.get(topic)
    if (!all) {
      all = Array.from({ length: this.partitions }, () => [])
      this.#topics.set(topic, all)
    }
    return all[partition] as LogRecord[]
  }

  /** Deletes a topic and creates it anew: its name and partitions stay, its id does not. */
  recreate(topic: string): void {
    this.#topics.delete(topic)
    this.#creations.set(topic, (this.#creations.get(topic) ?? 0) + 1)
  }

  identity(topics: readonly string[]): Identity {
    const ids = topics.map(topic => [topic, `${topic}#${this.#creations.get(topic) ?? 0}`])
    return { cluster: this.id, topics: Object.fromEntries(ids) }
  }

  partitionOf(key: string): number {
    let hash = 0
    for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
    return (hash >>> 0) % this.partitions
  }

  append(topic: string, partition: number, record: NewRecord): number {
    const records = this.partition(topic, partition)
    const offset = (records.at(-1)?.offset ?? -1) + 1
    records.push({ ...record, headers: record.headers, offset, timestamp: this.clock })
    return offset
  }

  log(id: string, partition: number, source: string): Log {
    const records = (topic: string) => this.partition(topic, partition)
    const end = (topic: string) => (records(topic).at(-1)?.offset ?? -1) + 1
    return {
      source,
      identity: async outputs => this.identity([source, ...outputs]),
      fence: async () => {
        const name = `${id}-${partition}`
        const epoch = (this.#epochs.get(name) ?? 0) + 1
        this.#epochs.set(name, epoch)
        return this.#publisher(() => this.#epochs.get(name) === epoch, partition, source)
      },
      sourceBounds: async () => ({ start: records(source)[0]?.offset ?? end(source), end: end(source) }),
      end: async topic => end(topic),
      async *read(topic, from, to) {
        const found = records(topic).filter(r => r.offset >= from && r.offset < to)
        if (found.length > 0) yield found
      },
      sourceOffsetAt: async time => records(source).find(r => r.timestamp >= time)?.offset,
    }
  }

  #publisher(owns: () => boolean, partition: number, source: string): Publisher {
    const send = async (topic: string, to: number | undefined, list: readonly NewRecord[]) => {
      if (!owns()) throw new OwnershipLostError('fenced by a newer owner')
      return list.map(r => this.append(topic, to ?? this.partitionOf(r.key), r))
    }
    return {
      own: (topic, list) => send(topic, partition, list),
      elsewhere: async list => void (await send(source, undefined, list)),
      tick: async record => void (await send(source, partition, [record])),
      deadLetter: async list => void (await send('dead-letter', partition, list)),
      close: async () => {},
    }
  }
}

interface Contents {
  stamp: string
  position: Position
  states: Map<string, Buffer>
  timers: Map<string, Millis>
  indexes: Map<string, Map<string, number>>
}

function empty(): Contents {
  const position = {
    next: undefined,
    clock: 0,
    outputs: {},
    announced: -1,
    rebuildUntil: 0,
    log: undefined,
    losses: [],
  }
  return { stamp: '', position, states: new Map(), timers: new Map(), indexes: new Map() }
}

/** The same store in memory, with the same refusals. */
export class MemoryStore implements Store {
  #c = empty()
  #claims = 0

  async peek(): Promise<Position | undefined> {
    return this.#c.stamp === '' ? undefined : this.#c.position
  }

  async claim(): Promise<Session> {
    const token = String(++this.#claims)
    let writes = 0
    this.#c.stamp = `${token}/0`
    const check = () => {
      if (this.#c.stamp !== `${token}/${writes}`)
        throw new OwnershipLostError('the state has another owner, or is not what this owner left there')
    }
    const written = () => {
      this.#c.stamp = `${token}/${++writes}`
    }
    const contents = () => {
      check()
      return this.#c
    }
    const apply = (entries: readonly Entry[]) => this.#apply(entries)
    return {
      token,
      async position() {
        check()
        written()
        return contents().position
      },
      async read(keys) {
        const { states } = contents()
        return keys.map(key => states.get(key))
      },
      async *timers() {
        yield [...contents().timers].map(([key, due]) => ({ key, due }))
      },
      async *entries() {
        yield [...contents().states].map(([key, state]) => ({ key, state }))
      },
      async commit({ next, clock, outputs, announced, entries }) {
        const c = contents()
        c.position = { ...c.position, next, clock, announced, outputs: { ...c.position.outputs, ...outputs } }
        apply(entries)
        written()
      },
      async write(entries) {
        check()
        apply(entries)
        written()
      },
      async identify(log) {
        const c = contents()
        c.position = { ...c.position, log }
        written()
      },
      wipe: async rebuildUntil => {
        check()
        const { log, losses } = this.#c.position
        this.#c = empty()
        this.#c.position = { ...this.#c.position, rebuildUntil, log, losses }
        written()
      },
    }
  }
  index(name: string): Map<string, number> {
    return this.#c.indexes.get(name) ?? new Map()
  }
  /** What a dump holds; `restore` takes it back, or nothing: Redis came back empty. */
  dump(): Contents {
    const { stamp, position, states, timers, indexes } = this.#c
    const copies = [...indexes].map(([name, members]) => [name, new Map(members)] as const)
    return { stamp, position, states: new Map(states), timers: new Map(timers), indexes: new Map(copies) }
  }
  /** As `hotlead loss accept` writes it. */
  accept(loss: Loss): void {
    this.#c.position = { ...this.#c.position, losses: [...this.#c.position.losses, loss] }
  }
  restore(contents: Contents | undefined): void {
    this.#c = contents ?? empty()
  }

  #apply(entries: readonly Entry[]): void {
    const { states, timers, indexes } = this.#c
    for (const e of entries) {
      if (e.state === undefined) states.delete(e.key)
      else states.set(e.key, e.state)
      if (e.wakeAt === null) timers.delete(e.key)
      else if (e.wakeAt !== undefined) timers.set(e.key, e.wakeAt)
      if (e.indexBefore !== undefined && e.indexBefore !== e.index?.name)
        indexes.get(e.indexBefore)?.delete(e.key)
      if (e.index) {
        if (!indexes.has(e.index.name)) indexes.set(e.index.name, new Map())
        indexes.get(e.index.name)?.set(e.key, e.index.value)
      }
    }
  }
}

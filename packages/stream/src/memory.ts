import type { LogRecord, NewRecord } from '@hotlead/kafka'
import { OwnershipLostError } from './errors.ts'
import type { Log, Publisher } from './log.ts'
import type { Millis } from './processor.ts'
import type { Commit, Entry, Identity, Loss, Position, Session, Store } from './store.ts'

/** One call over the wire, as a client makes it. */
export interface Call<T> {
  name: string
  /** For people who read a trace. */
  about(): string
  /** Records that a send writes one after another; 1 for what happens whole or not at all. */
  pieces: number
  /** What the server does when the call arrives. Again: the same call again. @param pieces fewer: the rest is not written */
  run(pieces?: number): T
}

/** How calls travel: when, how often and with what reply. */
export type Send = <T>(call: Call<T>) => Promise<T>

const atOnce: Send = async call => call.run()

/** A log reader at an offset that the log no longer holds. */
export class OffsetGoneError extends Error {}

interface Partition {
  records: LogRecord[]
  start: number
  /** Offset of the next record: markers and compaction leave gaps, also at the end. */
  end: number
  /** Latest epoch seen here, by transactional id. */
  epochs: Map<string, number>
}

/** A log in memory: topics of partitions, with the fence that Kafka gives. */
export class MemoryCluster {
  readonly partitions: number
  readonly #topics = new Map<string, Partition[]>()
  /** As the coordinator knows them, by transactional id. */
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
    return this.#partition(topic, partition).records
  }

  #partition(topic: string, partition: number): Partition {
    let all = this.#topics.get(topic)
    if (!all) {
      const length = this.partitions
      all = Array.from({ length }, () => ({ records: [], start: 0, end: 0, epochs: new Map() }))
      this.#topics.set(topic, all)
    }
    return all[partition] as Partition
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
    const into = this.#partition(topic, partition)
    const offset = into.end++
    into.records.push({ ...record, headers: record.headers, offset, timestamp: this.clock })
    return offset
  }

  start(topic: string, partition: number): number {
    return this.#partition(topic, partition).start
  }

  end(topic: string, partition: number): number {
    return this.#partition(topic, partition).end
  }

  /** Deletes what lies before an offset, as retention does. */
  truncate(topic: string, partition: number, start: number): void {
    const from = this.#partition(topic, partition)
    from.start = Math.max(from.start, start)
    from.records = from.records.filter(r => r.offset >= start)
  }

  /** Ends a partition at an offset, as another Kafka's may. */
  lose(topic: string, partition: number, end: number): void {
    const of = this.#partition(topic, partition)
    of.end = end
    of.records = of.records.filter(r => r.offset < end)
  }

  /** Keeps of the records before an offset each key's latest. The last record of all stays, as in Kafka's open segment. */
  compact(topic: string, partition: number, before: number): void {
    const from = this.#partition(topic, partition)
    const latest = new Map(from.records.filter(r => r.offset < before).map(r => [r.key, r.offset]))
    from.records = from.records.filter(r => r.offset >= before || latest.get(r.key) === r.offset)
  }

  /**
   * One partition as its owner sees it.
   * @param outputs what the fence covers
   * @param chunk records per fetch
   */
  log(
    id: string,
    partition: number,
    source: string,
    outputs: readonly string[] = [],
    send: Send = atOnce,
    chunk = Number.POSITIVE_INFINITY,
  ): Log {
    const name = `${id}-${partition}`
    const call = <T>(what: string, about: string, run: () => T) =>
      send({ name: `log.${what}`, about: () => about, pieces: 1, run })
    const at = (which: 'start' | 'end', topic: string) =>
      call(which, topic, () => this.#partition(topic, partition)[which])
    const init = () => {
      const epoch = (this.#epochs.get(name) ?? 0) + 1
      this.#epochs.set(name, epoch)
      return epoch
    }
    /** The abort of an empty transaction: a marker, which readers pass over, and with it the new epoch. */
    const mark = (topic: string, epoch: number) => {
      if (this.#epochs.get(name) !== epoch) throw new OwnershipLostError('fenced by a newer owner')
      const into = this.#partition(topic, partition)
      into.epochs.set(name, epoch)
      into.end++
    }
    return {
      source,
      identity: async outputs => this.identity([source, ...outputs]),
      fence: async () => {
        const first = await call('fence.init', name, init)
        for (const topic of outputs) await call('fence.mark', topic, () => mark(topic, first))
        const epoch = await call('fence.done', name, () => {
          if (this.#epochs.get(name) !== first) throw new OwnershipLostError('fenced by a newer owner')
          return init()
        })
        return this.#publisher({ name, epoch, partition, source, send })
      },
      sourceBounds: async () => ({ start: await at('start', source), end: await at('end', source) }),
      end: topic => at('end', topic),
      read: (topic, from, to) => this.#read({ topic, partition, from, to, chunk, call }),
      sourceOffsetAt: time =>
        call('offsetAt', String(time), () => {
          return this.partition(source, partition).find(r => r.timestamp >= time)?.offset
        }),
    }
  }

  async *#read(o: {
    topic: string
    partition: number
    from: number
    to: number
    chunk: number
    call: <T>(what: string, about: string, run: () => T) => Promise<T>
  }): AsyncGenerator<LogRecord[]> {
    const log = this.#partition(o.topic, o.partition)
    let next = Math.max(o.from, await o.call('start', o.topic, () => log.start))
    while (next < o.to) {
      const found = await o.call('read', `${o.topic} from ${next}`, () =>
        this.fetch(o.topic, o.partition, next, o.chunk),
      )
      next = found.next
      const records = found.records.filter(r => r.offset < o.to)
      if (records.length > 0) yield records
    }
  }

  /** @throws OffsetGoneError where the log does not hold the offset */
  fetch(topic: string, partition: number, from: number, limit: number) {
    const { records, start, end } = this.#partition(topic, partition)
    if (from < start || from > end)
      throw new OffsetGoneError(`${topic} holds ${start} to ${end}, not ${from}`)
    const all = records.filter(r => r.offset >= from)
    const found = all.slice(0, limit)
    return {
      records: found,
      next: found.length < all.length ? (found.at(-1) as LogRecord).offset + 1 : end,
      highWatermark: end,
    }
  }

  #publisher(o: { name: string; epoch: number; partition: number; source: string; send: Send }): Publisher {
    const write = (topic: string, to: number, record: NewRecord) => {
      const { epochs } = this.#partition(topic, to)
      if (o.epoch < (epochs.get(o.name) ?? 0)) throw new OwnershipLostError('fenced by a newer owner')
      epochs.set(o.name, o.epoch)
      return this.append(topic, to, record)
    }
    const send = (name: string, topic: string, to: number | undefined, list: readonly NewRecord[]) =>
      o.send({
        name: `log.${name}`,
        about: () => `${topic} ${list.map(r => r.key).join(' ')}`,
        pieces: list.length,
        run: (pieces = list.length) =>
          list.slice(0, pieces).map(r => write(topic, to ?? this.partitionOf(r.key), r)),
      })
    return {
      own: (topic, list) => send('own', topic, o.partition, list),
      elsewhere: async list => void (await send('elsewhere', o.source, undefined, list)),
      tick: async record => void (await send('tick', o.source, o.partition, [record])),
      deadLetter: async list => void (await send('deadLetter', 'dead-letter', o.partition, list)),
      close: async () => {},
    }
  }
}

export interface Contents {
  stamp: string
  position: Position
  states: Map<string, Buffer>
  timers: Map<string, Millis>
  indexes: Map<string, Map<string, number>>
}

function empty(): Contents {
  const position = {
    next: undefined,
    folded: undefined,
    clock: 0,
    outputs: {},
    announced: -1,
    rebuildUntil: 0,
    log: undefined,
    losses: [],
  }
  return { stamp: '', position, states: new Map(), timers: new Map(), indexes: new Map() }
}

const NOTHING = () => ''

/** Whether the stamp that is there is the one that a command names. */
function isSame(there: string, named: string): boolean {
  return there === named
}

/** The same store in memory: what the scripts of `lua/` do, and the client that sends them. */
export class MemoryStore implements Store {
  #c = empty()
  #claims = 0

  claim(): Promise<Session> {
    return this.client().claim()
  }

  peek(): Promise<Position | undefined> {
    return this.client().peek()
  }

  /**
   * The store as one client sees it.
   * @param slice keys of one command, where a read, a scan or a write is cut into several
   */
  client(send: Send = atOnce, slice = Number.POSITIVE_INFINITY): Store {
    return {
      claim: () => this.#session(send, slice),
      peek: () =>
        send({
          name: 'store.peek',
          about: NOTHING,
          pieces: 1,
          run: () => (this.#c.stamp === '' ? undefined : this.#c.position),
        }),
    }
  }

  async #session(send: Send, slice: number): Promise<Session> {
    const token = String(++this.#claims)
    let writes = 0
    const stamp = () => `${token}/${writes}`
    const command = <T>(name: string, about: () => string, run: () => T) => {
      const named = writes
      return send({
        name: `store.${name}`,
        about: () => `${token}/${named} ${about()}`.trimEnd(),
        pieces: 1,
        run,
      })
    }
    await command('claim', NOTHING, () => this.#claim(`${token}/0`))

    async function writing(name: string, about: () => string, run: () => 0 | 1 | 2): Promise<void> {
      if ((await command(name, about, run)) === 0) throw lost()
      writes++
    }
    const reading = async <T>(name: string, about: () => string, get: (c: Contents) => T): Promise<T> => {
      const named = stamp()
      const found = await command(name, about, () => this.#read(named, get))
      if (found === undefined) throw lost()
      return found
    }
    const write = (
      name: string,
      position: Omit<Commit, 'entries'> | undefined,
      entries: readonly Entry[],
    ) => {
      const [named, next] = [stamp(), `${token}/${writes + 1}`]
      const about = () => `${position ? `next ${position.next} ` : ''}${entries.map(e => e.key).join(' ')}`
      return writing(name, about, () => this.#commit(named, next, position, entries))
    }
    async function writeAllBut(entries: readonly Entry[]): Promise<readonly Entry[]> {
      let from = 0
      for (; entries.length - from > slice; from += slice)
        await write('write', undefined, entries.slice(from, from + slice))
      return from === 0 ? entries : entries.slice(from)
    }
    /** Every key in some order; as with SCAN, one may come twice. */
    async function* scan<V>(
      name: string,
      of: (c: Contents) => ReadonlyMap<string, V>,
    ): AsyncGenerator<[string, V][]> {
      for (let from: string | undefined; ; ) {
        const page = await reading(
          name,
          () => from ?? '',
          c => {
            const rest = [...of(c)].filter(([key]) => from === undefined || key >= from)
            return rest.sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, slice + 1)
          },
        )
        yield page
        if (page.length <= slice) return
        from = page.at(-1)?.[0]
      }
    }
    return {
      token,
      position: async () => {
        const next = `${token}/1`
        const position = await command('take', NOTHING, () => this.#take(`${token}/0`, next))
        if (position === undefined) throw lost()
        writes++
        return position
      },
      async read(keys) {
        const chunks: Promise<(Buffer | undefined)[]>[] = []
        for (let i = 0; i < keys.length; i += slice) {
          const wanted = keys.slice(i, i + slice)
          chunks.push(
            reading(
              'read',
              () => wanted.join(' '),
              c => wanted.map(key => c.states.get(key)),
            ),
          )
        }
        return (await Promise.all(chunks)).flat()
      },
      async *timers() {
        for await (const page of scan('timers', c => c.timers)) yield page.map(([key, due]) => ({ key, due }))
      },
      async *entries() {
        for await (const page of scan('entries', c => c.states))
          yield page.map(([key, state]) => ({ key, state }))
      },
      async commit({ entries, ...position }) {
        await write('commit', position, await writeAllBut(entries))
      },
      async write(entries) {
        await write('write', undefined, await writeAllBut(entries))
      },
      identify: async log => {
        const [named, next] = [stamp(), `${token}/${writes + 1}`]
        await writing(
          'identify',
          () => log.cluster,
          () => this.#identify(named, next, log),
        )
      },
      wipe: async rebuildUntil => {
        const [named, next] = [stamp(), `${token}/${writes + 1}`]
        await writing(
          'wipe',
          () => `until ${rebuildUntil}`,
          () => this.#wipe(named, next, rebuildUntil),
        )
      },
    }
  }

  #claim(stamp: string): 1 {
    this.#c.stamp = stamp
    return 1
  }

  #take(named: string, next: string): Position | undefined {
    if (!isSame(this.#c.stamp, named) && this.#c.stamp !== next) return undefined
    this.#c.stamp = next
    return this.#c.position
  }

  #read<T>(named: string, get: (c: Contents) => T): T | undefined {
    return isSame(this.#c.stamp, named) ? get(this.#c) : undefined
  }

  #commit(
    named: string,
    next: string,
    position: Omit<Commit, 'entries'> | undefined,
    entries: readonly Entry[],
  ) {
    const c = this.#c
    if (c.stamp === next) return 2
    if (!isSame(c.stamp, named)) return 0
    if (position)
      c.position = {
        ...c.position,
        ...position,
        folded: undefined,
        outputs: { ...c.position.outputs, ...position.outputs },
      }
    this.#apply(entries)
    c.stamp = next
    return 1
  }

  #wipe(named: string, next: string, rebuildUntil: number) {
    if (this.#c.stamp === next) return 2
    if (!isSame(this.#c.stamp, named)) return 0
    const { next: before, folded = before, log, losses } = this.#c.position
    const { stamp, position, ...rest } = empty()
    this.#c = { ...rest, stamp: next, position: { ...position, folded, rebuildUntil, log, losses } }
    return 1
  }

  #identify(named: string, next: string, log: Identity) {
    if (this.#c.stamp === next) return 2
    if (!isSame(this.#c.stamp, named)) return 0
    this.#c.position = { ...this.#c.position, log }
    this.#c.stamp = next
    return 1
  }

  index(name: string): Map<string, number> {
    return this.#c.indexes.get(name) ?? new Map()
  }
  /** What a dump holds; `restore` takes it back, or nothing: Redis came back empty. */
  dump(): Contents {
    return copy(this.#c)
  }
  /** As `hotlead loss accept` writes it. */
  accept(loss: Loss): void {
    this.#c.position = { ...this.#c.position, losses: [...this.#c.position.losses, loss] }
  }
  restore(contents: Contents | undefined): void {
    this.#c = contents ? copy(contents) : empty()
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

function copy({ stamp, position, states, timers, indexes }: Contents): Contents {
  const copies = [...indexes].map(([name, members]) => [name, new Map(members)] as const)
  return { stamp, position, states: new Map(states), timers: new Map(timers), indexes: new Map(copies) }
}

function lost(): OwnershipLostError {
  return new OwnershipLostError('the state has another owner, or is not what this owner left there')
}

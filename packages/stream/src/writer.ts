import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import type { NewRecord } from '@hotlead/kafka'
import type { Acquired } from './acquire.ts'
import type { Dead } from './decode.ts'
import type { Folded } from './fold.ts'
import { SOURCE_ID } from './foreign.ts'
import { type KeyState, type Millis, PARTITION, type Processor } from './processor.ts'
import type { Entry } from './store.ts'
import type { Topology } from './wire.ts'

export interface WriterOptions<State extends KeyState, In, Own> {
  processor: Processor<State, In, Own>
  topology: Topology<State, In, Own>
  acquired: Acquired
  /** What is in memory, as it is to be stored. */
  states: ReadonlyMap<string, State | undefined>
}

/** What an owner writes, and up to where: outputs to Kafka, and only then states and position to the store (rule 3). */
export class Writer<State extends KeyState, In, Own> {
  readonly #o: WriterOptions<State, In, Own>
  readonly #outputs: Record<string, number>
  #next: number
  #clock: Millis

  constructor(options: WriterOptions<State, In, Own>) {
    const { next, clock, outputs } = options.acquired
    this.#o = options
    this.#next = next
    this.#clock = clock
    this.#outputs = { ...outputs }
  }

  /** Offset of the next record to fetch, as it is committed. */
  get next(): number {
    return this.#next
  }

  get clock(): Millis {
    return this.#clock
  }

  async publish({ own, elsewhere }: Pick<Folded<State, Own>, 'own' | 'elsewhere'>): Promise<void> {
    const { publisher } = this.#o.acquired
    const { changelog, projection, wire } = this.#o.topology
    if (elsewhere.length > 0)
      await publisher.elsewhere(elsewhere.map(e => wire.elsewhereRecord(e.key, e.value)))
    if (FAILPOINTS && elsewhere.length > 0) await failpoint('publish.elsewhere')
    if (own.length === 0) return
    const offsets = await publisher.own(
      changelog,
      own.map(o => this.#ownRecord(o.key, o.value)),
    )
    this.#outputs[changelog] = (offsets.at(-1) as number) + 1
    if (!projection) return
    const projected = own.flatMap((o, i) => projection.record(o.key, o.value, offsets[i] as number) ?? [])
    if (projected.length === 0) return
    if (FAILPOINTS) await failpoint('publish.changelog')
    const ends = await publisher.own(projection.topic, projected)
    this.#outputs[projection.topic] = (ends.at(-1) as number) + 1
  }

  async bury(dead: readonly Dead[]): Promise<void> {
    await this.#o.acquired.publisher.deadLetter(dead.map(d => d.record))
  }

  /** Stores the keys that changed, with the position. @param changed each with the state that the store has */
  async commit(
    { changed, clock }: Pick<Folded<State, Own>, 'changed' | 'clock'>,
    next: number,
  ): Promise<void> {
    const { session, announced } = this.#o.acquired
    await session.commit({
      next,
      clock,
      outputs: this.#outputs,
      announced: announced < next ? -1 : announced,
      entries: this.#entries(changed),
    })
    if (FAILPOINTS) await failpoint('commit.after')
    this.#next = next
    this.#clock = clock
  }

  /** Stores the keys that changed, and leaves the position. */
  async write(changed: ReadonlyMap<string, State | undefined>): Promise<void> {
    await this.#o.acquired.session.write(this.#entries(changed))
  }

  /** Of a changelog of snapshots it is enough that the partition's own record names its source, once a second. */
  #ownRecord(key: string, own: Own): NewRecord {
    const record = this.#o.topology.wire.ownRecord(key, own)
    const { sourceId } = this.#o.acquired
    if (sourceId === '' || (key !== PARTITION && !this.#o.processor.note)) return record
    return { ...record, headers: { ...record.headers, [SOURCE_ID]: sourceId } }
  }

  #entries(changed: ReadonlyMap<string, State | undefined>): Entry[] {
    const { processor, topology, states } = this.#o
    return Array.from(changed, ([key, before]) => {
      const state = states.get(key)
      return {
        key,
        state: state && topology.wire.encodeState(state),
        wakeAt: (state?.wakeAt ?? null) === (before?.wakeAt ?? null) ? undefined : (state?.wakeAt ?? null),
        index: state && processor.index?.(key, state),
        indexBefore: before && processor.index?.(key, before)?.name,
      }
    })
  }
}

import { randomUUID } from 'node:crypto'
import type { LogRecord } from '@hotlead/kafka'
import { OwnershipLostError, RefusedError } from './errors.ts'
import type { Log, Publisher } from './log.ts'
import type { KeyState, Millis, Processor } from './processor.ts'
import type { Entry, Position, Store } from './store.ts'
import type { Topology } from './wire.ts'

/** What an owner starts from. */
export interface Acquired {
  token: string
  publisher: Publisher
  next: number
  clock: Millis
  outputs: Record<string, number>
  /** Up to this source offset every output is in the changelog already; -1: nothing was found there. */
  announced: number
  /** Ends of the outputs as read, which the position takes over once `announced` is passed. */
  ends: Record<string, number>
  rebuilt: boolean
}

export interface AcquireOptions<State extends KeyState, In, Own> {
  processor: Processor<State, In, Own>
  topology: Topology<State, In, Own>
  store: Store
  log: Log
  /** Wall clock, for ages of positions and announcements only; never for folding. */
  now: () => Millis
  /** A position whose clock is older than this may miss changelog records that compaction took: rebuild. */
  compactionLag: Millis
}

/** How far before the newest snapshot's record a rebuilt state folds again: 60 times what snapshots can lag. */
const OVERLAP: Millis = 60_000

/**
 * Takes a partition over (rules 4, 5 and 7): token into the position, fence in Kafka, ends of the own outputs, and only
 * then the position, which must still hold the token. What the changelog holds beyond the position is adopted, and
 * what it holds beyond its projection is projected.
 * @throws OwnershipLostError where another owner came in between; RefusedError where log and snapshots leave a gap
 */
export async function acquire<State extends KeyState, In, Own>(
  options: AcquireOptions<State, In, Own>,
): Promise<Acquired> {
  const { topology, store, log } = options
  const token = randomUUID()
  await store.claim(token)
  const publisher = await log.fence()
  try {
    const ends: Record<string, number> = { [topology.changelog]: await log.end(topology.changelog) }
    if (topology.projection) ends[topology.projection.topic] = await log.end(topology.projection.topic)
    const bounds = await log.sourceBounds()
    let position = await held(store, token)
    const rebuild = needsRebuild(position, bounds.start, options)
    if (rebuild) {
      if (!(await store.wipe(token, bounds.end))) throw new OwnershipLostError('token lost before a rebuild')
      position = await held(store, token)
    }
    const adopted = await adoptTail(options, token, publisher, position, ends)
    let { next, clock } = position
    if (next === undefined) {
      next = await refoldFrom(topology.refold, adopted.newestSource, bounds, log)
      clock = 0
      const done = await store.commit({ token, expected: undefined, next, clock, outputs: {}, entries: [] })
      if (!done) throw new OwnershipLostError('token lost during a rebuild')
    }
    const held_ = options.processor.note !== undefined && adopted.announced >= next
    return {
      token,
      publisher,
      next,
      clock,
      ends,
      announced: held_ ? adopted.announced : -1,
      outputs: held_ ? { ...position.outputs } : ends,
      rebuilt: rebuild,
    }
  } catch (error) {
    await publisher.close().catch(() => {})
    throw error
  }
}

async function held(store: Store, token: string): Promise<Position> {
  const position = await store.position()
  if (position?.token !== token) throw new OwnershipLostError('another owner claimed the partition')
  return position
}

function needsRebuild<State extends KeyState, In, Own>(
  position: Position,
  start: number,
  { processor, now, compactionLag }: AcquireOptions<State, In, Own>,
): boolean {
  if (position.next === undefined || position.next < start) return true
  // Only a processor whose changelog does not hold its whole state depends on the source's compacted head.
  return processor.note !== undefined && position.clock > 0 && now() - position.clock > compactionLag
}

async function adoptTail<State extends KeyState, In, Own>(
  { processor, topology, store, log, now }: AcquireOptions<State, In, Own>,
  token: string,
  publisher: Publisher,
  position: Position,
  ends: Record<string, number>,
): Promise<{ announced: number; newestSource: number }> {
  const { changelog, projection, wire } = topology
  let projected = -1
  if (projection) {
    const end = ends[projection.topic] as number
    for await (const records of log.read(projection.topic, position.outputs[projection.topic] ?? 0, end))
      for (const r of records) if (r.value) projected = Math.max(projected, projection.offsetOf(r.value))
  }
  let newestSource = -1
  const from = position.outputs[changelog] ?? 0
  for await (const records of log.read(changelog, from, ends[changelog] as number)) {
    const entries = await adoptChunk(records)
    if (!(await store.write(token, entries)))
      throw new OwnershipLostError('token lost while adopting the changelog')
  }
  return { announced: newestSource, newestSource }

  async function adoptChunk(records: LogRecord[]): Promise<Entry[]> {
    const keys = [...new Set(records.map(r => r.key))]
    const stored = await store.read(keys)
    const before = new Map(keys.map((key, i) => [key, stored[i] && wire.decodeState(stored[i])]))
    const after = new Map<string, State>()
    for (const r of records) {
      if (!r.value) continue
      const own = wire.decodeOwn(r.value)
      newestSource = Math.max(newestSource, processor.sourceOf(own))
      after.set(r.key, processor.adopt(r.key, after.get(r.key) ?? before.get(r.key), own))
      if (projection && r.offset > projected && r.timestamp > now() - projection.retention) {
        const missing = projection.record(r.key, own, r.offset)
        if (missing) await publisher.own(projection.topic, [missing])
      }
    }
    return [...after].map(([key, state]) => {
      const old = before.get(key)
      return {
        key,
        state: wire.encodeState(state),
        wakeAt: state.wakeAt ?? null,
        index: processor.index?.(key, state),
        indexBefore: old && processor.index?.(key, old)?.name,
      }
    })
  }
}

async function refoldFrom(
  refold: 'start' | 'overlap',
  newestSource: number,
  bounds: { start: number; end: number },
  log: Log,
): Promise<number> {
  if (refold === 'start') return bounds.start
  if (bounds.start > newestSource + 1)
    throw new RefusedError(
      `${log.source} begins at offset ${bounds.start}, but the newest snapshot stands at ${newestSource}: the records ` +
        'between are gone, so scores would be wrong. Restore Redis from a newer dump, or raise retention.ms and replay',
    )
  if (newestSource < bounds.start) return bounds.start
  for await (const records of log.read(log.source, newestSource, newestSource + 1)) {
    const named = records[0]
    if (named)
      return Math.max(bounds.start, (await log.sourceOffsetAt(named.timestamp - OVERLAP)) ?? named.offset)
  }
  return bounds.start
}

import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import { adoptTail } from './adopt.ts'
import { OwnershipLostError, refuseIf } from './errors.ts'
import { foreignState, positionBeyond, takesIdentity, unknownSource } from './foreign.ts'
import { gap } from './gap.ts'
import type { Log, Publisher } from './log.ts'
import type { KeyState, Millis, Processor } from './processor.ts'
import type { Identity, Position, Session, Store } from './store.ts'
import type { Topology } from './wire.ts'

/** What an owner starts from. */
export interface Acquired {
  session: Session
  publisher: Publisher
  next: number
  clock: Millis
  /** Per output topic, the end up to which it is known. */
  outputs: Record<string, number>
  /** Up to this source offset every output is in the changelog already; −1: `next` is past all of them. */
  announced: number
  /** Id of the source topic; '' where it is not told. */
  sourceId: string
  rebuilt: boolean
}

export interface AcquireOptions<State extends KeyState, In, Own> {
  processor: Processor<State, In, Own>
  topology: Topology<State, In, Own>
  store: Store
  log: Log
  partition: number
  /** Wall clock, for ages of positions and announcements only; never for folding. */
  now: () => Millis
  /** A position whose clock is older than this may miss changelog records that compaction took: rebuild. */
  compactionLag: Millis
}

/** How far before the newest snapshot's record a rebuilt state folds again: 60 times what snapshots can lag. */
export const OVERLAP: Millis = 60_000

/**
 * Takes a partition over (rules 4, 5 and 7): stamp into the position, fence in Kafka, ends of the own outputs, and only
 * then the position, which must still hold the stamp. What the changelog holds beyond the position is adopted, and
 * what it holds beyond its projection is projected.
 * @throws OwnershipLostError where another owner came in between; RefusedError where log and snapshots leave a gap
 */
export async function acquire<State extends KeyState, In, Own>(
  options: AcquireOptions<State, In, Own>,
): Promise<Acquired> {
  const { topology, store, log, processor, partition } = options
  const { source } = log
  const outputs = [topology.changelog, ...(topology.projection ? [topology.projection.topic] : [])]
  if (FAILPOINTS) await failpoint('acquire.begin')
  const identity = await log.identity(outputs)
  await refuseStrange(options, outputs, identity)
  const session = await store.claim()
  if (FAILPOINTS) await failpoint('acquire.claimed')
  const publisher = await log.fence()
  try {
    if (FAILPOINTS) await failpoint('acquire.fenced')
    const ends = await endsOf(log, outputs)
    const bounds = await log.sourceBounds()
    await topology.wire.prepare?.()
    if (FAILPOINTS) await failpoint('acquire.ended')
    let position = await session.position()
    if (FAILPOINTS) await failpoint('acquire.positioned')
    refuseIf(foreignState({ source, partition }, position.log, identity))
    if (positionBeyond({ source, partition, end: bounds.end, outputs: ends }, position)) {
      // A late copy of the claim may have given the partition back to an owner that was overtaken since it read the ends.
      const { end } = await log.sourceBounds()
      refuseIf(positionBeyond({ source, partition, end, outputs: await endsOf(log, outputs) }, position))
      throw new OwnershipLostError('another owner published and committed since this one read the log’s ends')
    }
    if (takesIdentity(position.log, identity)) await session.identify(identity)
    const [known, end] = [position.outputs[topology.changelog] ?? 0, ends[topology.changelog] as number]
    const tail = position.next === undefined ? NOTHING : await sourcesIn(options, known, end)
    const rebuild = needsRebuild(options, position, bounds.start, tail)
    // A rebuild that was cut short has left no state, but it knows up to where there was one.
    const folded = position.next ?? position.folded ?? 0
    const covered = (newest: number) =>
      refuseIf(gap({ source, partition }, Math.max(folded, newest + 1), bounds.start, position))
    const unknown = (newest: number) =>
      refuseIf(unknownSource({ source, partition, end: bounds.end }, topology.changelog, newest))
    if (position.next !== undefined) {
      // A state that is there is not touched before it is certain that it can be built again: from all of the changelog,
      // not only from what the position does not know yet.
      const { newest } = rebuild ? await sourcesIn(options, 0, end) : tail
      unknown(newest)
      if (rebuild && topology.refold === 'overlap') covered(newest)
    }
    if (rebuild) {
      await session.wipe(bounds.end)
      if (FAILPOINTS) await failpoint('rebuild.wiped')
      position = { ...position, next: undefined, clock: 0, outputs: {}, announced: -1 }
    }
    const sourceId = identity.topics[source] ?? ''
    const newestSource = await adoptTail(options, { session, publisher, position, ends, sourceId })
    unknown(newestSource)
    let { next } = position
    if (next === undefined) {
      if (FAILPOINTS) await failpoint('rebuild.adopted')
      if (topology.refold === 'overlap') covered(newestSource)
      next = await refoldFrom(topology.refold, newestSource, bounds, log)
      // The outputs are not in this position: a crash here adopts them all once more.
      await session.commit({ next, clock: 0, outputs: {}, announced: -1, entries: [] })
      if (FAILPOINTS) await failpoint('rebuild.positioned')
    }
    if (FAILPOINTS) await failpoint('acquire.done')
    const announced = processor.note ? Math.max(position.announced, newestSource) : -1
    return {
      session,
      publisher,
      next,
      clock: position.clock,
      outputs: ends,
      announced: announced < next ? -1 : announced,
      sourceId,
      // Of a partition that nothing was ever written for, there is nothing to rebuild.
      rebuilt: rebuild && (ends[topology.changelog] as number) > 0,
    }
  } catch (error) {
    await publisher.close().catch(() => {})
    throw error
  }
}

/**
 * Refuses a state that is not of this log, before anything is done to either: a claim would take the partition from the
 * owner that it belongs to, and the markers of a fence would make up for output records that are lost.
 */
async function refuseStrange<State extends KeyState, In, Own>(
  { store, log, partition }: AcquireOptions<State, In, Own>,
  outputs: readonly string[],
  identity: Identity,
): Promise<void> {
  const position = await store.peek()
  if (position === undefined) return
  const where = { source: log.source, partition }
  refuseIf(foreignState(where, position.log, identity))
  // The position first: an owner that is alive moves the ends on.
  const ends = await endsOf(log, outputs)
  refuseIf(positionBeyond({ ...where, end: (await log.sourceBounds()).end, outputs: ends }, position))
}

async function endsOf(log: Log, topics: readonly string[]): Promise<Record<string, number>> {
  const ends: Record<string, number> = {}
  for (const topic of topics) ends[topic] = await log.end(topic)
  return ends
}

function needsRebuild<State extends KeyState, In, Own>(
  { processor, now, compactionLag }: AcquireOptions<State, In, Own>,
  position: Position,
  start: number,
  tail: Sources,
): boolean {
  if (position.next === undefined || position.next < start) return true
  // The rest is for a processor whose changelog does not hold its whole state: it depends on the source's past.
  if (!processor.note) return false
  if (position.clock > 0 && now() - position.clock > compactionLag) return true
  // The changelog names sources that this state has folded without them: it is an earlier owner's, brought back, and
  // what it lacks may be compacted away by now (finding 23 of `model-check`).
  return tail.oldest < position.next
}

/** Source offsets that a stretch of the changelog names. */
interface Sources {
  oldest: number
  newest: number
}

const NOTHING: Sources = { oldest: Number.POSITIVE_INFINITY, newest: -1 }

async function sourcesIn<State extends KeyState, In, Own>(
  { processor, topology, log }: AcquireOptions<State, In, Own>,
  from: number,
  to: number,
): Promise<Sources> {
  let { oldest, newest } = NOTHING
  for await (const records of log.read(topology.changelog, from, to))
    for (const { value } of records) {
      if (!value) continue
      const source = processor.sourceOf(topology.wire.decodeOwn(value))
      oldest = Math.min(oldest, source)
      newest = Math.max(newest, source)
    }
  return { oldest, newest }
}

async function refoldFrom(
  refold: 'start' | 'overlap',
  newestSource: number,
  bounds: { start: number; end: number },
  log: Log,
): Promise<number> {
  if (refold === 'start') return bounds.start
  if (newestSource < bounds.start) return bounds.start
  for await (const records of log.read(log.source, newestSource, newestSource + 1)) {
    const named = records[0]
    if (named)
      return Math.max(bounds.start, (await log.sourceOffsetAt(named.timestamp - OVERLAP)) ?? named.offset)
  }
  return bounds.start
}

import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import type { LogRecord } from '@hotlead/kafka'
import type { AcquireOptions } from './acquire.ts'
import { refuseIf } from './errors.ts'
import { otherSource, SOURCE_ID } from './foreign.ts'
import type { Publisher } from './log.ts'
import type { KeyState } from './processor.ts'
import type { Entry, Position, Session } from './store.ts'

/** What an owner has in hands while it acquires its partition. */
export interface Adopting {
  session: Session
  publisher: Publisher
  position: Position
  /** Per output topic, the end up to which it is read. */
  ends: Readonly<Record<string, number>>
  /** Id of the source topic; '' where it is not told. */
  sourceId: string
}

/**
 * Takes into the state what the changelog holds beyond the position, and projects what it holds beyond its projection
 * (rule 5): an earlier owner published it and did not live to commit it.
 * @returns the highest source offset that it names; −1 where it holds nothing more
 * @throws RefusedError where it was folded from another source
 */
export async function adoptTail<State extends KeyState, In, Own>(
  { processor, topology, log, now, partition }: AcquireOptions<State, In, Own>,
  { session, publisher, position, ends, sourceId }: Adopting,
): Promise<number> {
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
    await session.write(await adoptChunk(records))
    if (FAILPOINTS) await failpoint('adopt.written')
  }
  return newestSource

  async function adoptChunk(records: LogRecord[]): Promise<Entry[]> {
    const keys = [...new Set(records.map(r => r.key))]
    const stored = await session.read(keys)
    const before = new Map(keys.map((key, i) => [key, stored[i] && wire.decodeState(stored[i])]))
    const after = new Map<string, State>()
    for (const r of records) {
      if (!r.value) continue
      const named = r.headers?.[SOURCE_ID]
      refuseIf(otherSource({ source: log.source, partition }, changelog, named && String(named), sourceId))
      const own = wire.decodeOwn(r.value)
      newestSource = Math.max(newestSource, processor.sourceOf(own))
      after.set(r.key, processor.adopt(r.key, after.get(r.key) ?? before.get(r.key), own))
      if (projection && r.offset > projected && r.timestamp > now() - projection.retention) {
        const missing = projection.record(r.key, own, r.offset)
        if (missing) {
          await publisher.own(projection.topic, [missing])
          if (FAILPOINTS) await failpoint('adopt.projected')
        }
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

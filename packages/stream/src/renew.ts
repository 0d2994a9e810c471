import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import {
  type Context,
  type Input,
  type KeyState,
  type Millis,
  PARTITION,
  type Processor,
} from './processor.ts'
import type { StateCache } from './stateCache.ts'
import type { Session } from './store.ts'
import type { Topology } from './wire.ts'
import type { Writer } from './writer.ts'

export interface RenewOptions<State extends KeyState, In, Own> {
  processor: Processor<State, In, Own>
  topology: Topology<State, In, Own>
  session: Session
  cache: StateCache<State>
  writer: Writer<State, In, Own>
  clock: Millis
  /** Keys of one publish and one write. */
  chunk: number
}

/**
 * Publishes every key of the partition again at one source offset (rule 8): a model change. Chunk by chunk, so memory
 * is bounded; keys that already name the offset are skipped, so an owner that dies within it leaves the rest to the next.
 */
export async function renew<State extends KeyState, In, Own>(
  {
    processor,
    topology,
    session,
    cache,
    writer,
    clock: lastClock,
    chunk: size,
  }: RenewOptions<State, In, Own>,
  input: Input<In>,
): Promise<void> {
  if (FAILPOINTS) await failpoint('renew.begin')
  const { states } = cache
  const snapshot = processor.snapshot as NonNullable<typeof processor.snapshot>
  const time = processor.time(input)
  const clock = Math.max(lastClock, 'partition' in time ? time.partition : 0)
  const context: Context<State> = { offset: input.offset, clock, partition: undefined }
  const before = states.get(PARTITION)
  if (before === undefined || before.offset < input.offset) {
    const { state: partition } = processor.fold(PARTITION, before, input, context)
    context.partition = partition
    const pending = new Map<string, State>()
    for await (const chunk of session.entries()) {
      for (const { key, state: bytes } of chunk) {
        if (key === PARTITION) continue
        // A key that the scan gives twice is pending still, or read anew with this very offset.
        const state = states.get(key) ?? topology.wire.decodeState(bytes)
        if (state.offset >= input.offset) continue
        const renewed = processor.renew?.(key, state, input, context)
        if (renewed) pending.set(key, renewed)
      }
      if (pending.size >= size) await publishRenewed(pending)
    }
    await publishRenewed(pending)
    if (partition) {
      const { state, own } = snapshot(PARTITION, partition)
      states.set(PARTITION, state)
      await writer.publish({ own: [{ key: PARTITION, value: own }], elsewhere: [] })
      if (FAILPOINTS) await failpoint('renew.marked')
    }
  }
  await writer.commit({ changed: new Map([[PARTITION, before]]), clock }, input.offset + 1)

  async function publishRenewed(pending: Map<string, State>): Promise<void> {
    if (pending.size === 0) return
    const changed = new Map<string, State | undefined>()
    const own = Array.from(pending, ([key, renewed]) => {
      const { state, own } = snapshot(key, renewed)
      changed.set(key, states.get(key))
      states.set(key, state)
      return { key, value: own }
    })
    pending.clear()
    await writer.publish({ own, elsewhere: [] })
    if (FAILPOINTS) await failpoint('renew.published')
    await writer.write(changed)
    if (FAILPOINTS) await failpoint('renew.written')
    cache.trim()
  }
}

import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import { type Log as Logger, Membership, PartitionReader } from '@hotlead/kafka'
import type { RedisClient } from '@hotlead/redis'
import { OwnershipLostError, RefusedError } from './errors.ts'
import { type KafkaClient, kafkaLog } from './kafkaLog.ts'
import { type BatchInfo, PartitionOwner } from './owner.ts'
import type { KeyState, Millis, Processor } from './processor.ts'
import { redisStore } from './redisStore.ts'
import type { Topology } from './wire.ts'

export interface RunOptions<State extends KeyState, In, Own> {
  processor: Processor<State, In, Own>
  topology: Topology<State, In, Own>
  kafka: KafkaClient
  redis: RedisClient
  redisPrefix: string
  /** Consumer group, and stem of the transactional ids. */
  groupId: string
  /** ms until the group gives a dead member's partitions to another. */
  sessionTimeout: number
  deadLetter: string
  /** Of source and outputs, over which keys are spread. */
  partitions: number
  /** At most so many were added since, and are not read; default 0. */
  idlePartitions?: number
  compactionLag: Millis
  log: Logger
  onBatch?: (info: BatchInfo) => void
  onLag?: (lag: { partition: number; records: number; clock: Millis }) => void
  onOwned?: (info: { partition: number; owned: boolean; rebuilt: boolean }) => void
  /** The process can do no more good: say so and end. */
  onFatal(error: Error): void
}

export interface Running {
  /** Undefined where every assigned partition is owned, else what is missing. */
  notReady(): string | undefined
  stop(): Promise<void>
}

/** ms of silence in a partition after which its owner moves the clock: the grain of cooling while nothing happens. */
const TICK_AFTER = 1_000
/** ms a fetch waits for its first byte; bounds how long a newly owned partition waits for its first fetch. */
const FETCH_WAIT = 100
/** ms between commits of Kafka offsets, which only dashboards read. */
const OFFSETS_EVERY = 2_000
/** First and largest pause before a lost partition is acquired again. */
const BACKOFF = [200, 5_000] as const

type Slot<State extends KeyState, In, Own> = {
  owner: PartitionOwner<State, In, Own> | undefined
  failures: number
  acquiring: Promise<void> | undefined
}

/** Runs a processor on the partitions that the consumer group gives this process, until `stop`. */
export async function runProcessor<State extends KeyState, In, Own>(
  o: RunOptions<State, In, Own>,
): Promise<Running> {
  const { source, changelog, projection } = o.topology
  const outputs = [changelog, ...(projection ? [projection.topic] : [])]
  const reader = new PartitionReader(o.kafka)
  const slots = new Map<number, Slot<State, In, Own>>()
  let running = true
  let wakeUp = () => {}
  let joined = false

  const membership = await Membership.join({
    kafka: o.kafka,
    groupId: o.groupId,
    topic: source,
    sessionTimeout: o.sessionTimeout,
    log: o.log,
    onLost: o.onFatal,
    onAssigned(assigned) {
      joined = true
      const partitions = assigned.filter(p => p < o.partitions)
      for (const [partition, slot] of slots) if (!partitions.includes(partition)) drop(partition, slot)
      for (const partition of partitions) {
        if (slots.has(partition)) continue
        const slot: Slot<State, In, Own> = { owner: undefined, failures: 0, acquiring: undefined }
        slots.set(partition, slot)
        acquireInto(partition, slot, 0)
      }
    },
  })

  function drop(partition: number, slot: Slot<State, In, Own>): void {
    slots.delete(partition)
    release(partition, slot)
  }

  function release(partition: number, slot: Slot<State, In, Own>): void {
    const { owner } = slot
    slot.owner = undefined
    if (!owner) return
    o.onOwned?.({ partition, owned: false, rebuilt: false })
    owner.close().catch(() => {})
  }

  function acquireInto(partition: number, slot: Slot<State, In, Own>, delay: number): void {
    const lostAt = performance.now()
    slot.acquiring = (async () => {
      if (delay > 0) await sleep(delay)
      // Take a partition back only once the coordinator has confirmed this member again: a process that slept through
      // its session would otherwise take it from its rightful owner.
      while (running && slots.get(partition) === slot && delay > 0 && membership.confirmedAt <= lostAt)
        await sleep(100)
      if (!running || slots.get(partition) !== slot) return
      const log = kafkaLog({
        kafka: o.kafka,
        id: o.groupId,
        partition,
        source,
        outputs,
        deadLetter: o.deadLetter,
        partitions: o.partitions,
        idle: o.idlePartitions ?? 0,
      })
      try {
        const owner = await PartitionOwner.acquire({
          processor: o.processor,
          topology: o.topology,
          store: redisStore(o.redis, o.redisPrefix, o.processor.name, partition),
          log,
          now: Date.now,
          compactionLag: o.compactionLag,
          partition,
          ...(o.onBatch && { onBatch: o.onBatch }),
        })
        if (!running || slots.get(partition) !== slot) {
          await owner.close()
          return
        }
        slot.owner = owner
        o.log.info({ partition, next: owner.next, rebuilt: owner.rebuilt }, 'partition owned')
        o.onOwned?.({ partition, owned: true, rebuilt: owner.rebuilt })
        wakeUp()
      } catch (error) {
        lost(partition, slot, error as Error)
      } finally {
        await log.close().catch(() => {})
      }
    })()
  }

  function lost(partition: number, slot: Slot<State, In, Own>, error: Error): void {
    if (error instanceof RefusedError) {
      o.onFatal(error)
      return
    }
    release(partition, slot)
    if (!running || slots.get(partition) !== slot) return
    const delay = Math.min(BACKOFF[0] * 2 ** slot.failures++, BACKOFF[1])
    const level = error instanceof OwnershipLostError ? 'info' : 'warn'
    o.log[level]({ partition, err: error, retryInMs: delay }, 'partition lost, acquiring it again')
    acquireInto(partition, slot, delay)
  }

  async function cycle(): Promise<void> {
    const owners = [...slots].flatMap(([partition, slot]) =>
      slot.owner ? [{ partition, slot, owner: slot.owner }] : [],
    )
    if (owners.length === 0) {
      await Promise.race([new Promise<void>(resolve => (wakeUp = resolve)), sleep(FETCH_WAIT)])
      return
    }
    const positions = new Map(owners.map(({ partition, owner }) => [partition, owner.next]))
    const fetched = await reader.fetch(source, positions, FETCH_WAIT)
    await Promise.all(
      fetched.map(async ({ partition, records, next, highWatermark, error }) => {
        const slot = slots.get(partition)
        const owner = slot?.owner
        if (!slot || !owner || owner.next !== positions.get(partition)) return
        try {
          // Below the log's start or above its end: the position is not of this log, and acquiring says what to do.
          if (error) throw error
          if (next > owner.next) await owner.process(records, next, highWatermark)
          // Not before: an owner that is acquired and fails at its first batch again would never be given a pause.
          slot.failures = 0
          await owner.tick(TICK_AFTER)
          o.onLag?.({ partition, records: highWatermark - owner.next, clock: owner.clock })
        } catch (error) {
          if (slot.owner === owner) lost(partition, slot, error as Error)
        }
      }),
    )
  }

  const loop = (async () => {
    while (running) {
      try {
        await cycle()
      } catch (error) {
        o.log.warn({ err: error }, 'fetch failed, trying again')
        // A topic that is gone may come back as another one with the same offsets: acquiring tells them apart.
        if ((error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION')
          for (const [partition, slot] of slots) if (slot.owner) lost(partition, slot, error as Error)
        await sleep(BACKOFF[0])
      }
    }
  })()

  async function commitOffsets(positions: ReadonlyMap<number, number>): Promise<void> {
    if (FAILPOINTS) await failpoint('offsets.before')
    await membership.commit(source, positions)
    if (FAILPOINTS) await failpoint('offsets.after')
  }

  const offsets = setInterval(() => {
    const positions = new Map([...slots].flatMap(([p, s]) => (s.owner ? [[p, s.owner.next] as const] : [])))
    if (positions.size > 0) commitOffsets(positions).catch(() => {})
  }, OFFSETS_EVERY)

  return {
    notReady() {
      if (!joined) return 'not yet a member of its consumer group'
      const silent = performance.now() - membership.confirmedAt
      if (silent > o.sessionTimeout)
        return `Kafka has not confirmed this member of its consumer group for ${Math.round(silent / 1_000)} s: others may own its partitions`
      const waiting = [...slots].filter(([, s]) => !s.owner).map(([p]) => p)
      return waiting.length === 0 ? undefined : `partitions not owned yet: ${waiting.join(', ')}`
    },
    async stop() {
      running = false
      clearInterval(offsets)
      await loop
      const positions = new Map([...slots].flatMap(([p, s]) => (s.owner ? [[p, s.owner.next] as const] : [])))
      if (positions.size > 0) await commitOffsets(positions).catch(() => {})
      await Promise.all([...slots.values()].map(s => s.acquiring))
      await Promise.all([...slots.values()].map(s => s.owner?.close()))
      await membership.leave()
      await reader.close()
    },
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

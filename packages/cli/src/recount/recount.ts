import { randomUUID } from 'node:crypto'
import {
  type Activity,
  type Codec,
  keyOf,
  NO_ACTIVITY,
  PARTITION_KEY,
  type RecountStep,
  type Score,
  topicNames,
} from '@hotlead/contracts'
import { type NewRecord, partitionOf } from '@hotlead/kafka'
import type { Model } from '@hotlead/model'
import type { RedisClient } from '@hotlead/redis'
import { redisKeys } from '@hotlead/stream'
import { type Recounted, recount as recountOf } from '@hotlead/whatif'
import type { Kafka } from 'kafkajs'
import { ActivityLog } from '../activityLog.ts'
import type { CliConfig } from '../config.ts'
import { CliError, EXIT } from '../exit.ts'
import { decode } from '../registry.ts'
import { number } from '../replay/progress.ts'
import { recountControl, recountProducer } from './controls.ts'
import { scorersReach } from './scorers.ts'

/** Leads of one send. */
const CHUNK = 1_000

export interface RecountOptions {
  config: CliConfig
  kafka: Kafka
  redis: RedisClient
  codecs: { activity: Codec<Activity>; scores: Codec<Score> }
  workspace: string
  /** In `models` already. */
  model: Model
  /** Names of the facts that it counts otherwise. */
  facts: readonly string[]
  announce: boolean
  /** Throws where what the facts were compared with is the active model no more. Asked once no other recount can begin. */
  check(): Promise<void>
  /** What it is at, for a person. @param part of it, 0 to 1, where that is known */
  onProgress(doing: string, part?: number): void
}

export interface RecountDone {
  id: string
  /** Records of the log that were folded. */
  read: number
  /** Leads and visitors that have such facts. */
  subjects: number
  /** Time of the workspace's first record in the log; 0 where there is none. */
  since: number
  /** Records that are gone from the log. */
  gone: number
  /** Records that cannot be read: the scorer passed over them too. */
  unreadable: number
}

/**
 * Makes a model active with the past counted by it, as far as the log reaches:
 *
 * 1. a `prepare` control in every partition: from there on the scorers count its facts beside the present ones;
 * 2. the log before these controls, folded here;
 * 3. what that gives, as `recount` records, which the scorers add to the facts of step 1;
 * 4. once they have: a `take` control in every partition. Until it, the old numbers serve.
 *
 * Given up half-way, nothing has changed: a later recount or publication drops what was counted. Two at one time are not
 * possible: the one that begins later fences the other's producer, whose next write fails.
 */
export async function recount(o: RecountOptions): Promise<RecountDone> {
  const { config, kafka, codecs, workspace, onProgress } = o
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
  const partitions = Array.from({ length: config.HOTLEAD_PARTITIONS }, (_, partition) => partition)
  const producer = await recountProducer(config, kafka, workspace)
  const id = randomUUID().slice(0, 8)
  try {
    await o.check()
    onProgress('preparing')
    const cuts = await control('prepare')
    const log = await ActivityLog.open(config, kafka, codecs.activity)
    let counted: Recounted
    try {
      counted = await foldUpTo(log, cuts)
    } finally {
      await log.close()
    }
    await scorersReach(o, cuts, away => onProgress(`waiting for the scorers: ${number(away)} records`))
    if (log.gone > 0) await noteSince(counted, cuts)
    const subjects = await write(counted)
    const ends = await ActivityLog.open(config, kafka, codecs.activity)
    await ends.close()
    await scorersReach(o, ends.ends, away => onProgress(`waiting for the scorers: ${number(away)} records`))
    await areTaken(await control('take'))
    return {
      id,
      read: counted.read,
      subjects,
      since: counted.start,
      gone: log.gone,
      unreadable: log.unreadable,
    }
  } finally {
    await producer.close()
  }

  /** Writes one to every partition. @returns their offsets */
  async function control(step: RecountStep['step']): Promise<Map<number, number>> {
    const { announce, facts, model } = o
    const recount = { id, step, facts: [...facts] }
    const record = recountControl(codecs.activity, { workspace, model: model.version, announce, recount })
    const offsets = new Map<number, number>()
    for (const partition of partitions) {
      const [offset] = await producer.send({ topic, partition, records: [record] })
      offsets.set(partition, offset as number)
    }
    return offsets
  }

  /** @throws CliError where a partition did not take it: another publication came first */
  async function areTaken(takes: ReadonlyMap<number, number>): Promise<void> {
    const after = new Map([...takes].map(([partition, offset]) => [partition, offset + 1]))
    await scorersReach(o, after, away => onProgress(`waiting for the scorers: ${number(away)} records`))
    const late: number[] = []
    for (const partition of partitions) {
      const { state } = redisKeys(config.HOTLEAD_REDIS_PREFIX, 'scorer', partition)
      const bytes = await o.redis.hgetBuffer(state, PARTITION_KEY)
      const mark = bytes && (await decode(config, codecs.scores, bytes))
      if (mark?.recounts?.[workspace]?.taken?.id !== id) late.push(partition)
    }
    if (late.length === 0) return
    throw new CliError(
      EXIT.failed,
      late.length === partitions.length
        ? `Another model was published for ${workspace} meanwhile: this one came too late, and nothing was changed.`
        : `Another model was published for ${workspace} meanwhile: this one came too late in ${late.length} of ${partitions.length} partitions.`,
      '`hotlead model history` shows which. Where this one is to follow it, publish it with --replay again.',
    )
  }

  function foldUpTo(log: ActivityLog, cuts: ReadonlyMap<number, number>): Promise<Recounted> {
    const all = [...cuts.values()].reduce((sum, offset) => sum + offset, 0) - log.gone
    return recountOf({
      model: o.model,
      facts: o.facts,
      workspace,
      partitions: log.partitions.map(p => log.read(p, { to: cuts.get(p) as number })),
      partitionOf: log.partitionOf,
      decode: log.decode,
      onProgress: done =>
        onProgress(`counting the log: ${number(done)} of ${number(all)} records`, done / all),
    })
  }

  /** Of what lies before the cuts, all that the scorers sent on is in the log by now; some of it after the cuts. */
  async function noteSince({ sentOn }: Recounted, cuts: ReadonlyMap<number, number>): Promise<void> {
    const prefix = keyOf(workspace, '')
    const since = await ActivityLog.open(config, kafka, codecs.activity)
    try {
      for (const [partition, from] of cuts)
        for await (const records of since.read(partition, { from }))
          for (const record of records) {
            const activity = record.key.startsWith(prefix) ? since.decode(record) : undefined
            if (activity) sentOn.note(activity)
          }
    } finally {
      await since.close()
    }
  }

  /** @returns how many leads and visitors have something counted */
  async function write(counted: Recounted): Promise<number> {
    const written = new Set<string>()
    let pending: NewRecord[][] = partitions.map(() => [])
    let waiting = 0
    for (const { key, ...counts } of counted.counts()) {
      written.add(key)
      const value = codecs.activity.encode({ ...NO_ACTIVITY, kind: 'recount', recount: { id, ...counts } })
      pending[partitionOf(key, partitions.length)]?.push({ key, value })
      if (++waiting < CHUNK) continue
      await send(pending)
      pending = partitions.map(() => [])
      waiting = 0
      onProgress(`writing what it gives: ${number(written.size)} leads`)
    }
    await send(pending)
    return written.size
  }

  async function send(pending: readonly NewRecord[][]): Promise<void> {
    for (const [partition, records] of pending.entries())
      if (records.length > 0) await producer.send({ topic, partition, records })
  }
}

import { type Activity, type Codec, topicNames } from '@hotlead/contracts'
import { type LogRecord, PartitionReader } from '@hotlead/kafka'
import type { Log } from '@hotlead/whatif'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from '../config.ts'
import { partitionOf } from '../partitionOf.ts'
import { decode } from '../registry.ts'
import { number } from '../replay/progress.ts'
import type { Source } from './source.ts'

/** The log as it is at one time: nothing is committed, no group is joined. */
export async function openLog(config: CliConfig, kafka: Kafka, codec: Codec<Activity>): Promise<Source> {
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
  const count = config.HOTLEAD_PARTITIONS
  const all = Array.from({ length: count }, (_, p) => p)
  const reader = new PartitionReader(kafka)
  const [starts, ends] = [
    await reader.offsets(topic, all, 'start'),
    await reader.offsets(topic, all, 'end'),
  ] as const
  const known = new Set([codec.id])
  let unreadable = 0

  async function* read(p: number): AsyncGenerator<readonly LogRecord[]> {
    for await (const records of reader.read(topic, p, starts.get(p) as number, ends.get(p) as number)) {
      for (const { value } of records) if (value) await learn(value)
      yield records
    }
  }

  /** Schemas are asked for here, so that decoding need not wait. What nobody knows is unreadable then. */
  async function learn(value: Buffer): Promise<void> {
    const id = value.length >= 5 ? value.readUInt32BE(1) : codec.id
    if (known.has(id)) return
    known.add(id)
    await decode(config, codec, value).catch(() => undefined)
  }

  function decoded({ value }: LogRecord): Activity | undefined {
    if (value === null) return undefined
    try {
      return codec.decode(value)
    } catch {
      unreadable++
      return undefined
    }
  }

  const of = (offsets: ReadonlyMap<number, number>) => all.reduce((sum, p) => sum + (offsets.get(p) ?? 0), 0)
  return {
    log({ onProgress, to, workspace }): Log<LogRecord> {
      unreadable = 0
      return {
        workspace,
        ...(to === undefined ? {} : { to }),
        partitions: all.map(p => oneAhead(() => read(p))),
        partitionOf: key => partitionOf(key, count),
        decode: decoded,
        onProgress: done => onProgress(done / (of(ends) - of(starts)), done),
      }
    },
    notes: log => [
      ...(of(starts) > 0
        ? [`${number(of(starts))} records are gone from the log (retention): what they said is not in it.`]
        : []),
      ...(log.foreignMerges > 0
        ? [
            `${number(log.foreignMerges)} visitors became leads by links that are gone from the log: of what they did before, what the model of that time counted was taken.`,
          ]
        : []),
      ...(unreadable > 0
        ? [`${number(unreadable)} records cannot be read, and were passed over as the scorer does.`]
        : []),
    ],
    close: () => reader.close(),
  }
}

/** The next chunk is asked for while the last one is worked on. */
async function* oneAhead<T>(read: () => AsyncGenerator<T>): AsyncGenerator<T> {
  const chunks = read()
  let next = chunks.next()
  // Where it fails before it is awaited, the failure is heard then.
  next.catch(() => {})
  try {
    for (let now = await next; !now.done; now = await next) {
      next = chunks.next()
      next.catch(() => {})
      yield now.value
    }
  } finally {
    await chunks.return(undefined)
  }
}

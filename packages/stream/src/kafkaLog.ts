import { FencedProducer, type LogRecord, type NewRecord, PartitionReader } from '@hotlead/kafka'
import { RefusedError } from './errors.ts'
import type { Log, Publisher } from './log.ts'

export type KafkaClient = ConstructorParameters<typeof PartitionReader>[0]

export interface KafkaLogOptions {
  kafka: KafkaClient
  /** Names the processor on this cluster: one transactional id per processor and partition. */
  id: string
  partition: number
  source: string
  /** The own output topics: what the fence covers. */
  outputs: readonly string[]
  deadLetter: string
  /** Over which keys are spread: what source and outputs must have, with at most `idle` that were added. */
  partitions: number
  idle: number
}

export function kafkaLog({
  kafka,
  id,
  partition,
  source,
  outputs,
  deadLetter,
  partitions,
  idle,
}: KafkaLogOptions): Log & { close(): Promise<void> } {
  const reader = new PartitionReader(kafka)
  return {
    source,
    async identity(outputs) {
      const names = [source, ...outputs]
      const { cluster, topics } = await reader.describe(names)
      const missing = names.filter(name => !topics.has(name))
      if (missing.length > 0) throw new Error(`topic ${missing.join(', ')} does not exist`)
      for (const [name, { partitions: count }] of topics)
        if (count < partitions || count > partitions + idle)
          throw new RefusedError(
            `topic ${name} has ${count} partitions and its keys are spread over ${partitions}: see ` +
              'docs/runbook/partition-count.md',
          )
      return { cluster, topics: Object.fromEntries([...topics].map(([name, { id }]) => [name, id])) }
    },
    async fence() {
      const own = outputs.map(topic => ({ topic, partition }))
      return publisher(
        await FencedProducer.fence(kafka, `${id}-${partition}`, own, { partitions, idle }),
        source,
        deadLetter,
        partition,
      )
    },
    async sourceBounds() {
      const start = (await reader.offsets(source, [partition], 'start')).get(partition) as number
      const end = (await reader.offsets(source, [partition], 'end')).get(partition) as number
      return { start, end }
    },
    async end(topic) {
      return (await reader.offsets(topic, [partition], 'end')).get(partition) as number
    },
    async *read(topic, from, to): AsyncGenerator<LogRecord[]> {
      const start = (await reader.offsets(topic, [partition], 'start')).get(partition) as number
      yield* reader.read(topic, partition, Math.max(from, start), to)
    },
    sourceOffsetAt: time => reader.offsetAt(source, partition, time),
    close: () => reader.close(),
  }
}

function publisher(
  producer: FencedProducer,
  source: string,
  deadLetter: string,
  partition: number,
): Publisher {
  return {
    own: (topic, records) => producer.send({ topic, partition, records }),
    async elsewhere(records) {
      await producer.send({ topic: source, records })
    },
    async tick(record: NewRecord) {
      await producer.send({ topic: source, partition, records: [record] })
    },
    async deadLetter(records) {
      await producer.send({ topic: deadLetter, partition, records })
    },
    close: () => producer.close(),
  }
}

import { FAILPOINTS, failpoint } from '@hotlead/failpoints'
import type { Kafka } from 'kafkajs'
import { type Cluster, openCluster, openEosManager, openPlainProducer } from './internals.ts'
import { pinnedPartitioner } from './partitioner.ts'
import { type NewRecord, toMessage } from './records.ts'
import { ANSWER_WITHIN, leave, within } from './within.ts'

export interface Send {
  topic: string
  /** Absent: murmur2 of the key decides, as with any Kafka client. */
  partition?: number
  records: readonly NewRecord[]
}

/** At most so many bytes in one request, below the broker's message.max.bytes of 1,048,588, and so many records. */
const MAX_RECORDS = 2_000
const MAX_BYTES = 800_000

/** Another owner took over while this one did. It says so as the broker says it of one that is overtaken later. */
export class OvertakenError extends Error {
  readonly type = 'PRODUCER_FENCED'

  constructor() {
    super('Another producer took over the same transactional id at the same time')
  }
}

/**
 * A producer that only the latest owner of its transactional id can use. `fence` takes the id over: from its return
 * on, sends of every earlier owner to the fenced partitions are refused with INVALID_PRODUCER_EPOCH. After
 * InitProducerId alone they would still pass until the new epoch reaches the partition, hence an empty aborted
 * transaction over the partitions, whose markers carry it there and which no reader sees. The coordinator answers the
 * abort before the markers are written, and old sends still pass in between (seen on Kafka 4.3); but it answers
 * another InitProducerId only when they are, so that call is the proof: where it gives the very next epoch. Of two that
 * take over at once each may otherwise get past the other's markers, and both could send (4 of 30 times, of three at
 * once). Sends are plain: acks=all, no transaction, one at a time.
 * After any error the instance is done: its owner acquires anew and reads back what was written.
 */
export class FencedProducer {
  readonly #cluster: Cluster
  readonly #producer: ReturnType<typeof openPlainProducer>
  #tail: Promise<unknown> = Promise.resolve()

  private constructor(cluster: Cluster, producer: ReturnType<typeof openPlainProducer>) {
    this.#cluster = cluster
    this.#producer = producer
  }

  /**
   * @param spread over which partitions of a topic keys go, see `pinnedPartitioner`; absent: over all that it has
   * @throws OvertakenError where somebody else takes over at the same time: it may be that neither of them has it
   */
  static async fence(
    kafka: Kafka,
    transactionalId: string,
    own: { topic: string; partition: number }[],
    spread?: { partitions: number; idle: number },
  ): Promise<FencedProducer> {
    const cluster = openCluster(kafka)
    try {
      const eos = openEosManager(cluster, transactionalId, 10_000)
      await within(ANSWER_WITHIN, takeOver(cluster, eos, own))
      return new FencedProducer(
        cluster,
        openPlainProducer(cluster, eos, spread && pinnedPartitioner(spread.partitions, spread.idle)),
      )
    } catch (error) {
      await leave(cluster)
      throw error
    }
  }

  /**
   * Appends in order and resolves once every record is acknowledged by all in-sync replicas.
   * @returns the offset of each record where `partition` was given, else an empty list
   * @throws the broker's refusal; the records may or may not be in the log
   */
  async send(send: Send): Promise<number[]> {
    const offsets: number[] = []
    for (const chunk of chunks(send.records)) {
      if (FAILPOINTS && chunk[0] !== send.records[0]) await failpoint('publish.within')
      const run = this.#tail.then(() => this.#sendChunk(send.topic, send.partition, chunk))
      this.#tail = run.catch(() => {})
      const base = await run
      if (send.partition !== undefined) for (let i = 0; i < chunk.length; i++) offsets.push(base + i)
    }
    return offsets
  }

  async close(): Promise<void> {
    await this.#tail
    await leave(this.#cluster)
  }

  async #sendChunk(
    topic: string,
    partition: number | undefined,
    records: readonly NewRecord[],
  ): Promise<number> {
    const messages = records.map(r =>
      partition === undefined ? toMessage(r) : { ...toMessage(r), partition },
    )
    const topicMessages = [{ topic, messages }]
    const sent = this.#producer.sendBatch({ acks: -1, timeout: 10_000, topicMessages })
    const [metadata] = await within(ANSWER_WITHIN, sent)
    return Number(metadata?.baseOffset ?? -1)
  }
}

async function takeOver(
  cluster: Cluster,
  eos: ReturnType<typeof openEosManager>,
  own: readonly { topic: string; partition: number }[],
): Promise<void> {
  await cluster.connect()
  await cluster.addMultipleTargetTopics(own.map(o => o.topic))
  await eos.initProducerId()
  const [id, epoch] = [eos.getProducerId(), eos.getProducerEpoch()]
  if (FAILPOINTS) await failpoint('fence.initialised')
  eos.beginTransaction()
  await eos.addPartitionsToTransaction(
    own.map(({ topic, partition }) => ({ topic, partitions: [{ partition }] })),
  )
  await eos.abort()
  if (FAILPOINTS) await failpoint('fence.aborted')
  await eos.initProducerId()
  // Every InitProducerId takes one, so another epoch, or another id once epochs are used up, means another owner in between.
  if (eos.getProducerId() !== id || eos.getProducerEpoch() !== epoch + 1) throw new OvertakenError()
}

/** Bytes of a record in its batch, from above: lengths, deltas and attributes are varints of at most 5 bytes each. */
function sizeOf({ key, value, headers }: NewRecord): number {
  let size = Buffer.byteLength(key) + (value?.length ?? 0) + 40
  for (const [name, of] of Object.entries(headers ?? {}))
    for (const one of [of].flat())
      size += Buffer.byteLength(name) + (one === undefined ? 0 : Buffer.byteLength(one)) + 10
  return size
}

function* chunks(records: readonly NewRecord[]): Generator<readonly NewRecord[]> {
  let start = 0
  let bytes = 0
  for (let i = 0; i < records.length; i++) {
    const r = records[i] as NewRecord
    const size = sizeOf(r)
    if (i > start && (i - start >= MAX_RECORDS || bytes + size > MAX_BYTES)) {
      yield records.slice(start, i)
      start = i
      bytes = 0
    }
    bytes += size
  }
  if (start < records.length) yield start === 0 ? records : records.slice(start)
}

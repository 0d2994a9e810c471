import type { LogRecord, NewRecord } from '@hotlead/kafka'
import { MemoryCluster, MemoryStore } from './memory.ts'
import { PartitionOwner } from './owner.ts'
import type { KeyState, Millis, Processor } from './processor.ts'
import type { Topology } from './wire.ts'

interface Stage {
  name: string
  source: string
  stores: MemoryStore[]
  acquire(partition: number): Promise<PartitionOwner<KeyState, unknown, unknown>>
  owners: (PartitionOwner<KeyState, unknown, unknown> | undefined)[]
}

/**
 * Runs processors on a log and stores in memory, by the very owners, folds and wires that run on Kafka and Redis, each
 * on the log's own time: `pipe` a record, `advance` the clock, `read` a topic.
 */
export class TestDriver {
  readonly cluster: MemoryCluster
  readonly #stages: Stage[] = []

  constructor(options: { partitions?: number; now: Millis }) {
    this.cluster = new MemoryCluster(options.partitions ?? 1, options.now)
  }

  /** Adds a processor. Stages run in the order in which they were added. */
  add<State extends KeyState, In, Own>(
    processor: Processor<State, In, Own>,
    topology: Topology<State, In, Own>,
  ): this {
    const stores = Array.from({ length: this.cluster.partitions }, () => new MemoryStore())
    const acquire = (partition: number) =>
      PartitionOwner.acquire({
        processor,
        topology,
        partition,
        store: stores[partition] as MemoryStore,
        log: this.cluster.log(processor.name, partition, topology.source, [
          topology.changelog,
          ...(topology.projection ? [topology.projection.topic] : []),
        ]),
        now: () => this.cluster.clock,
        monotonic: () => this.cluster.clock,
        compactionLag: Number.POSITIVE_INFINITY,
      })
    this.#stages.push({
      name: processor.name,
      source: topology.source,
      stores,
      acquire,
      owners: [],
    } as unknown as Stage)
    return this
  }

  /** Appends a record to its key's partition and runs every processor until nothing is left to fold. */
  async pipe(
    topic: string,
    record: NewRecord,
    partition = this.cluster.partitionOf(record.key),
  ): Promise<void> {
    this.cluster.append(topic, partition, record)
    await this.run()
  }

  /** Moves time on, one second of it after another, as ticks do on a silent log. */
  async advance(ms: Millis, step: Millis = 1000): Promise<void> {
    const until = this.cluster.clock + ms
    while (this.cluster.clock < until) {
      this.cluster.clock = Math.min(until, this.cluster.clock + step)
      for (const stage of this.#stages)
        for (let p = 0; p < this.cluster.partitions; p++)
          await (await this.#owner(stage, p)).tick(Math.min(ms, step))
      await this.run()
    }
  }

  read(topic: string): LogRecord[] {
    return Array.from({ length: this.cluster.partitions }, (_, p) => this.cluster.partition(topic, p)).flat()
  }

  store(processor: string, partition = 0): MemoryStore {
    return this.#stages.find(s => s.name === processor)?.stores[partition] as MemoryStore
  }

  /** Forgets the owners' memory, as a crash does: the next record finds new ones. */
  crash(processor: string): void {
    const stage = this.#stages.find(s => s.name === processor)
    if (stage) stage.owners = []
  }

  /** Folds what is there, or `rounds` batches of each partition, of at most `batch` records. */
  async run(batch = Number.POSITIVE_INFINITY, rounds = Number.POSITIVE_INFINITY): Promise<void> {
    for (let progress = true, round = 0; progress && round < rounds; round++) {
      progress = false
      for (const stage of this.#stages) {
        // All partitions fetch at one time: what one sends to another is never in the batch that the other has already.
        const fetched = Array.from({ length: this.cluster.partitions }, (_, p) => [
          ...this.cluster.partition(stage.source, p),
        ])
        for (const [p, all] of fetched.entries()) {
          const owner = await this.#owner(stage, p)
          const records = all.filter(r => r.offset >= owner.next).slice(0, batch)
          const last = records.at(-1)
          if (!last) continue
          await owner.process(records, last.offset + 1, this.cluster.end(stage.source, p))
          progress = true
        }
      }
    }
  }

  async #owner(stage: Stage, partition: number) {
    stage.owners[partition] ??= await stage.acquire(partition)
    return stage.owners[partition] as NonNullable<Stage['owners'][number]>
  }
}

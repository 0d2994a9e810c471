import { CONTROLS, type Patch } from '@hotlead/testkit'

/** The product with a part of its exactness exchanged or left out: what the part costs is what this one is faster by. */
export interface Variant {
  name: string
  /** For the table: what is different. */
  what: string
  patches: readonly Patch[]
  /** Whose way through a backlog is timed. Beacon → HOT is timed with all. */
  scorer: boolean
  tiering: boolean
}

const FENCED = 'packages/kafka/src/fencedProducer.ts'
const INTERNALS = 'packages/kafka/src/internals.ts'
const COMMIT = 'packages/stream/src/lua/commit.lua'
const WRITER = 'packages/stream/src/writer.ts'

/** What kafkajs has for everybody: acks=all, neither a transactional id nor sequences. Chunks and order stay the same. */
const PLAIN: readonly Patch[] = [
  {
    file: FENCED,
    find: "import type { Kafka } from 'kafkajs'",
    replace: "import { type Kafka, Partitioners } from 'kafkajs'",
  },
  {
    file: FENCED,
    find: 'const cluster = openCluster(kafka)',
    replace: `const plain = kafka.producer({
      createPartitioner: Partitioners.DefaultPartitioner,
      allowAutoTopicCreation: false,
      retry: { retries: 0 },
    })
    await plain.connect()
    return new FencedProducer(plain, plain)
    const cluster = openCluster(kafka)`,
  },
]

/** The negative control, and without the reading and writing of stamps that the comparison needs. */
const UNCOMPARED: readonly Patch[] = [
  ...CONTROLS.stamp.patches,
  {
    file: COMMIT,
    find: "local stamp = redis.call('HGET', KEYS[1], 'stamp')\nif stamp == ARGV[2] then return 2 end\n",
    replace: '',
  },
  { file: COMMIT, find: "redis.call('HSET', KEYS[1], 'stamp', ARGV[2])\nreturn 1", replace: 'return 1' },
]

/**
 * What a cycle of tiering (the one with a projection) publishes is one transaction under its transactional id. kafkajs's
 * own pauses of 100 ms and more after CONCURRENT_TRANSACTIONS would make its p95 350 ms; with these it was 17 to 20 ms.
 */
const TRANSACTION: readonly Patch[] = [
  {
    file: INTERNALS,
    find: "'isTransactional' ? () => false",
    replace: "'isTransactional' ? () => target.isInTransaction()",
  },
  {
    file: INTERNALS,
    find: 'createRetry({ retries: 0, initialRetryTime: 50 })',
    replace: 'createRetry({ retries: 200, initialRetryTime: 2, multiplier: 1.25 })',
  },
  {
    file: INTERNALS,
    find: 'const plain = new Proxy(eos, {',
    replace: 'Object.assign(cluster, { eos })\n  const plain = new Proxy(eos, {',
  },
  {
    file: FENCED,
    find: 'async close(): Promise<void> {',
    replace: `begin(): void {
    this.#cluster.eos.beginTransaction()
  }

  commit(): Promise<void> {
    return this.#cluster.eos.commit()
  }

  async close(): Promise<void> {`,
  },
  {
    file: 'packages/stream/src/kafkaLog.ts',
    find: 'own: (topic, records) => producer.send',
    replace:
      'begin: () => producer.begin(),\n    commit: () => producer.commit(),\n    own: (topic, records) => producer.send',
  },
  {
    file: WRITER,
    find: 'const offsets = await publisher.own(',
    replace: 'if (projection) publisher.begin()\n    const offsets = await publisher.own(',
  },
  {
    file: WRITER,
    find: 'if (projected.length === 0) return',
    replace: 'if (projected.length === 0) return publisher.commit()',
  },
  {
    file: WRITER,
    find: 'this.#outputs[projection.topic] = (ends.at(-1) as number) + 1',
    replace: 'this.#outputs[projection.topic] = (ends.at(-1) as number) + 1\n    await publisher.commit()',
  },
]

/** The first is what the others are held against. */
export const VARIANTS = [
  { name: 'as it is', what: 'fence and comparison', patches: [], scorer: true, tiering: true },
  {
    name: 'plain producer',
    what: 'no transactional id, fence or epoch',
    patches: PLAIN,
    scorer: true,
    tiering: false,
  },
  {
    name: 'no comparison',
    what: 'Redis neither compares nor keeps stamps',
    patches: UNCOMPARED,
    scorer: true,
    tiering: false,
  },
  {
    name: 'both off',
    what: 'both of these',
    patches: [...PLAIN, ...UNCOMPARED],
    scorer: true,
    tiering: false,
  },
  {
    name: 'transaction per batch',
    what: 'what a cycle of tiering publishes is one transaction',
    patches: TRANSACTION,
    scorer: false,
    tiering: true,
  },
] as const satisfies Variant[]

/** Every other round runs backwards: what drifts from run to run falls on all of them alike. */
export function inTurn<T>(all: readonly T[], round: number): T[] {
  return round % 2 === 0 ? [...all] : all.toReversed()
}

import {
  Codec,
  type Forgotten,
  learnSchema,
  openCodecs,
  type Reads,
  type Score,
  topicNames,
  UndecodableError,
} from '@hotlead/contracts'
import { partitionOf } from '@hotlead/kafka'
import { openRedis, type RedisClient } from '@hotlead/redis'
import { redisKeys } from '@hotlead/stream'
import type { z } from 'zod'
import type { ingestorConfig } from '../config.ts'
import { RecentlyUsed } from '../recentlyUsed.ts'

/** ms that Redis may take for an answer. */
const ANSWER_WITHIN = 1_000
/** Keys of which the partition is known: 5 MB. Kafka's client takes 3 to 7 µs to work one out. */
const MAX_KEYS = 50_000
/** A sixth of what decoding all of a state costs (1.2 of 7.3 µs at 742 bytes). */
const FORGOTTEN: Reads = (record, field) => record !== 'Score' || field === 'forgotten'

type State = Pick<Score, 'forgotten'>

/** Which leads, visitors and user ids were forgotten, as the scorer has it in Redis. */
export class ForgottenKeys {
  readonly #config: z.output<typeof ingestorConfig>
  readonly #redis: RedisClient
  readonly #partitions = new RecentlyUsed<number>(MAX_KEYS)
  /** Once the first state is read: an ingestor that starts without the registry asks nobody yet. */
  #codec: Codec<State> | undefined

  constructor(config: z.output<typeof ingestorConfig>) {
    this.#config = config
    this.#redis = openRedis(config.HOTLEAD_REDIS, () => {}, { answerWithin: ANSWER_WITHIN })
  }

  /** Those of the keys that were forgotten. @throws where Redis, or the registry for what it holds, does not answer */
  async among(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, Forgotten>> {
    const { HOTLEAD_PARTITIONS } = this.#config
    const byPartition = Map.groupBy(keys, key =>
      this.#partitions.use(key, () => partitionOf(key, HOTLEAD_PARTITIONS)),
    )
    const found = await Promise.all([...byPartition].map(([partition, own]) => this.#amongIn(partition, own)))
    return new Map(found.flat())
  }

  close(): void {
    this.#redis.disconnect()
  }

  async #amongIn(partition: number, keys: readonly string[]): Promise<[string, Forgotten][]> {
    const { state } = redisKeys(this.#config.HOTLEAD_REDIS_PREFIX, 'scorer', partition)
    const states = await this.#redis.hmgetBuffer(state, ...keys)
    const found: [string, Forgotten][] = []
    for (const [i, bytes] of states.entries()) {
      if (bytes === null) continue
      this.#codec ??= await this.#opened()
      let forgotten: Forgotten | null
      try {
        forgotten = this.#codec.decode(bytes).forgotten
      } catch (error) {
        await this.#learn(this.#codec, error)
        forgotten = this.#codec.decode(bytes).forgotten
      }
      if (forgotten !== null) found.push([keys[i] as string, forgotten])
    }
    return found
  }

  async #opened(): Promise<Codec<State>> {
    const { scores } = await openCodecs(this.#config.HOTLEAD_REGISTRY, this.#config.HOTLEAD_TOPIC_PREFIX)
    return new Codec('scores', scores.id, FORGOTTEN)
  }

  /** Of another version of the scorer. @throws where that is not what is wrong */
  async #learn(codec: Codec<State>, error: unknown): Promise<void> {
    if (!(error instanceof UndecodableError) || error.schemaId === undefined) throw error
    const { scores } = topicNames(this.#config.HOTLEAD_TOPIC_PREFIX)
    await learnSchema(this.#config.HOTLEAD_REGISTRY, `${scores}-value`, codec, error.schemaId)
  }
}

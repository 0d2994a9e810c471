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
import { isRebuilding, parsePosition, redisKeys } from '@hotlead/stream'
import type { z } from 'zod'
import type { ingestorConfig } from '../config.ts'
import { RecentlyUsed } from '../recentlyUsed.ts'

/** ms that Redis may take for an answer. */
const ANSWER_WITHIN = 1_000
/** Keys of which the partition is known: 5 MB. Kafka’s client takes 3 to 7 µs to work one out. */
const MAX_KEYS = 50_000
/** A sixth of what decoding all of a state costs (1.2 of 7.3 µs at 742 bytes). */
const FORGOTTEN: Reads = (record, field) => record !== 'Score' || field === 'forgotten'

type State = Pick<Score, 'forgotten'>

/** Which leads, visitors and user ids were forgotten, as the scorer has it in Redis. */
export class ForgottenKeys {
  readonly #config: z.output<typeof ingestorConfig>
  readonly #redis: RedisClient
  readonly #partitions = new RecentlyUsed<number>(MAX_KEYS)
  #codec: Codec<State> | undefined
  /** A question to the registry that is under way: at most one. */
  #asking: Promise<void> | undefined

  constructor(config: z.output<typeof ingestorConfig>) {
    this.#config = config
    this.#redis = openRedis(config.HOTLEAD_REDIS, () => {}, { answerWithin: ANSWER_WITHIN })
    this.#ask(() => this.#open())
  }

  /** Those of the keys that were forgotten. @throws within a second or so where Redis, or the registry for what it holds, does not tell */
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
    const { pos, state } = redisKeys(this.#config.HOTLEAD_REDIS_PREFIX, 'scorer', partition)
    const [position, states] = await Promise.all([
      this.#redis.hgetall(pos),
      this.#redis.hmgetBuffer(state, ...keys),
    ])
    if (isRebuilding(parsePosition(position)))
      throw new Error(`partition ${partition} in Redis is being filled again`)
    return states.flatMap((bytes, i) => {
      const forgotten = bytes && this.#forgottenIn(bytes)
      return forgotten ? [[keys[i] as string, forgotten]] : []
    })
  }

  /** Null also for bytes that are no state: the scorer says so itself. @throws where the registry has not told what they are */
  #forgottenIn(bytes: Buffer): Forgotten | null {
    const codec = this.#codec
    if (codec === undefined) {
      this.#ask(() => this.#open())
      throw new Error('the schema registry has not told yet how states in Redis are read')
    }
    try {
      return codec.decode(bytes).forgotten
    } catch (error) {
      const { schemaId } = error as UndecodableError
      if (!(error instanceof UndecodableError) || schemaId === undefined) return null
      // Of another version of the scorer.
      this.#ask(() => this.#learn(codec, schemaId))
      throw error
    }
  }

  /** Beside the sends: a registry that hangs takes ten seconds to say nothing. */
  #ask(question: () => Promise<unknown>): void {
    this.#asking ??= question()
      // Whoever needs the answer asks again.
      .catch(() => {})
      .then(() => {
        this.#asking = undefined
      })
  }

  async #open(): Promise<void> {
    const { scores } = await openCodecs(this.#config.HOTLEAD_REGISTRY, this.#config.HOTLEAD_TOPIC_PREFIX)
    this.#codec = new Codec('scores', scores.id, FORGOTTEN)
  }

  #learn(codec: Codec<State>, id: number): Promise<unknown> {
    const { scores } = topicNames(this.#config.HOTLEAD_TOPIC_PREFIX)
    return learnSchema(this.#config.HOTLEAD_REGISTRY, `${scores}-value`, codec, id)
  }
}

import { type Codec, type Forgotten, openCodecs, type Score, UndecodableError } from '@hotlead/contracts'
import { partitionOf } from '@hotlead/kafka'
import { openRedis, type RedisClient } from '@hotlead/redis'
import { redisKeys } from '@hotlead/stream'
import type { z } from 'zod'
import type { ingestorConfig } from '../config.ts'

/** ms that Redis may take for an answer. */
const ANSWER_WITHIN = 1_000

/** Which leads, visitors and user ids were forgotten, as the scorer has it in Redis. */
export class ForgottenKeys {
  readonly #config: z.output<typeof ingestorConfig>
  readonly #redis: RedisClient
  /** Once the first state is read: an ingestor that starts without the registry asks nobody yet. */
  #codec: Codec<Score> | undefined

  constructor(config: z.output<typeof ingestorConfig>) {
    this.#config = config
    this.#redis = openRedis(config.HOTLEAD_REDIS, () => {}, { answerWithin: ANSWER_WITHIN })
  }

  /** Those of the keys that were forgotten. @throws where Redis, or the registry for what it holds, does not answer */
  async among(keys: ReadonlySet<string>): Promise<ReadonlyMap<string, Forgotten>> {
    const { HOTLEAD_PARTITIONS, HOTLEAD_REDIS_PREFIX } = this.#config
    const found = new Map<string, Forgotten>()
    const byPartition = Map.groupBy(keys, key => partitionOf(key, HOTLEAD_PARTITIONS))
    await Promise.all(
      [...byPartition].map(async ([partition, own]) => {
        const { state } = redisKeys(HOTLEAD_REDIS_PREFIX, 'scorer', partition)
        const states = await this.#redis.hmgetBuffer(state, ...own)
        for (const [i, bytes] of states.entries()) {
          const forgotten = bytes && (await this.#decode(bytes)).forgotten
          if (forgotten) found.set(own[i] as string, forgotten)
        }
      }),
    )
    return found
  }

  close(): void {
    this.#redis.disconnect()
  }

  async #decode(bytes: Buffer): Promise<Score> {
    const { HOTLEAD_REGISTRY, HOTLEAD_TOPIC_PREFIX } = this.#config
    this.#codec ??= (await openCodecs(HOTLEAD_REGISTRY, HOTLEAD_TOPIC_PREFIX)).scores
    try {
      return this.#codec.decode(bytes)
    } catch (error) {
      // A scorer of a newer version writes it: the next look asks the registry again.
      if (error instanceof UndecodableError && error.schemaId !== undefined) this.#codec = undefined
      throw error
    }
  }
}

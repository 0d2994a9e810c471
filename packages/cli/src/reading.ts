import {
  type Codec,
  keyOf,
  PARTITION_KEY,
  type PublishedModel,
  type Score,
  type Standing,
  standingCodec,
  type Taken,
  topicNames,
} from '@hotlead/contracts'
import { PartitionReader, partitionOf } from '@hotlead/kafka'
import { firstTier, type Model, type TierState } from '@hotlead/model'
import type { RedisClient } from '@hotlead/redis'
import { foreignState, isRebuilding, type Position, parsePosition, redisKeys } from '@hotlead/stream'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from './config.ts'
import { CliError, EXIT } from './exit.ts'
import { latestOf } from './history.ts'
import { firstModelOf, modelOf, readModels } from './models.ts'
import { decode, openCodec } from './registry.ts'

/** The scorer's and tiering's names in Redis. */
export type Processor = 'scorer' | 'tiering'

/** Keys per round trip: about 1 MB of states. */
const CHUNK = 1_000
/** Times that a partition is read whose owner changes meanwhile. */
const ATTEMPTS = 5

/** What the scorer and tiering know of one key, and where both stand in their logs. */
export interface KeyView {
  key: string
  partition: number
  score: Score | undefined
  standing: Standing | undefined
}

/** Reads the state of scorer and tiering where they keep it, for `lead` and `leads`. */
export class Reading {
  readonly #config: CliConfig
  readonly #redis: RedisClient
  readonly #scores: Codec<Score>
  /** Kept in Redis only, so the registry does not know it. */
  readonly #standing = standingCodec()
  readonly #models: ReadonlyMap<string, PublishedModel>
  readonly #log: SourceLog
  readonly #parsed = new Map<string, Model>()

  private constructor(
    config: CliConfig,
    redis: RedisClient,
    scores: Codec<Score>,
    models: readonly PublishedModel[],
    log: SourceLog,
  ) {
    this.#log = log
    this.#config = config
    this.#redis = redis
    this.#scores = scores
    this.#models = new Map(models.map(m => [keyOf(m.workspace, m.version), m]))
  }

  static async open(config: CliConfig, kafka: Kafka, redis: RedisClient): Promise<Reading> {
    const [scores, models, log] = await Promise.all([
      openCodec(config, 'scores'),
      openCodec(config, 'models'),
      sourceLog(config, kafka),
    ])
    return new Reading(config, redis, scores, await readModels(config, kafka, models), log)
  }

  get partitions(): number[] {
    return Array.from({ length: this.#config.HOTLEAD_PARTITIONS }, (_, p) => p)
  }

  /** A published model. @throws CliError where a state names one that `models` does not hold */
  model(workspace: string, version: string): Model {
    const known = this.#parsed.get(version)
    if (known) return known
    const published = this.#models.get(keyOf(workspace, version))
    if (!published)
      throw new CliError(
        EXIT.failed,
        version === ''
          ? `The workspace ${workspace} has no scoring model.`
          : `Model version ${version} of ${workspace} is not in the topic models.`,
        firstModelOf(workspace),
      )
    const model = modelOf(published)
    this.#parsed.set(version, model)
    return model
  }

  /** Every model that was ever published for a workspace. */
  published(workspace: string): PublishedModel[] {
    return [...this.#models.values()].filter(m => m.workspace === workspace)
  }

  /** The model that was made active last. Undefined where the workspace has none. */
  latestPublished(workspace: string): PublishedModel | undefined {
    return latestOf(this.published(workspace))
  }

  /** The version that was published last, which names the tiers; undefined where the workspace has none. */
  latestModel(workspace: string): Model | undefined {
    const last = this.latestPublished(workspace)
    return last && this.model(workspace, last.version)
  }

  /**
   * State and position of one key, read in one step.
   * @throws CliError (unavailable) while its partition is being rebuilt: what is there would be wrong numbers
   */
  async key(key: string): Promise<KeyView> {
    const partition = partitionOf(key, this.#config.HOTLEAD_PARTITIONS)
    const read = async (processor: Processor): Promise<Buffer | undefined> => {
      const keys = this.#keys(processor, partition)
      const answers = await this.#redis.multi().hgetall(keys.pos).hgetBuffer(keys.state, key).exec()
      const [position, state] = (answers ?? []).map(([error, value]) => {
        if (error) throw error
        return value
      })
      const reason = this.#notShown(processor, partition, parsePosition(asText(position)))
      if (reason) throw new CliError(EXIT.unavailable, reason, '`hotlead status` shows how it stands.')
      return (state as Buffer | null) ?? undefined
    }
    const [score, standing] = await Promise.all([read('scorer'), read('tiering')])
    return {
      key,
      partition,
      score: score && (await decode(this.#config, this.#scores, score)),
      standing: standing && this.#standing.decode(standing),
    }
  }

  /** The recount that a partition took last of a workspace's facts. */
  async recounted(partition: number, workspace: string): Promise<Taken | undefined> {
    const state = await this.#redis.hgetBuffer(this.#keys('scorer', partition).state, PARTITION_KEY)
    const mark = state && (await decode(this.#config, this.#scores, state))
    return mark?.recounts?.[workspace]?.taken ?? undefined
  }

  /** Leads of a workspace that tiering lists under a tier; the lowest lists only those that came back to it. */
  async inTier(partition: number, workspace: string, tier: string): Promise<KeyView[]> {
    const keys = await this.#redis.zrange(
      this.#keys('tiering', partition).index(`${workspace}/${tier}`),
      0,
      '-1',
    )
    const views: KeyView[] = []
    for (let i = 0; i < keys.length; i += CHUNK) {
      const chunk = keys.slice(i, i + CHUNK)
      const scores = await this.#redis.hmgetBuffer(this.#keys('scorer', partition).state, ...chunk)
      views.push(...(await this.#views(partition, chunk, scores)))
    }
    return views
  }

  /** All that the scorer holds of a workspace in a partition, in chunks. While it writes, one may come twice. */
  async *all(partition: number, workspace: string): AsyncGenerator<KeyView[]> {
    for await (const { keys, scores } of this.#scan(partition, workspace))
      yield await this.#views(partition, keys, scores)
  }

  /**
   * The same of those alone whose state names any of these subjects: bytes are looked through, which takes a tenth of
   * decoding them.
   */
  async *naming(
    partition: number,
    workspace: string,
    subjects: readonly string[],
  ): AsyncGenerator<{ key: string; score: Score }> {
    for await (const { keys, scores } of this.#scan(partition, workspace))
      for (const [i, bytes] of scores.entries())
        if (subjects.some(s => bytes.includes(s)))
          yield { key: keys[i] as string, score: await decode(this.#config, this.#scores, bytes) }
  }

  async *#scan(partition: number, workspace: string): AsyncGenerator<{ keys: string[]; scores: Buffer[] }> {
    const { state } = this.#keys('scorer', partition)
    let cursor = '0'
    do {
      // A workspace's name has no character that a glob would read as its own.
      const [next, flat] = await this.#redis.hscanBuffer(
        state,
        cursor,
        'MATCH',
        `${workspace}/*`,
        'COUNT',
        CHUNK,
      )
      cursor = next.toString()
      yield {
        keys: flat.filter((_, i) => i % 2 === 0).map(String),
        scores: flat.filter((_, i) => i % 2 === 1),
      }
    } while (cursor !== '0')
  }

  async #views(
    partition: number,
    keys: readonly string[],
    scores: readonly (Buffer | null)[],
  ): Promise<KeyView[]> {
    if (keys.length === 0) return []
    const standings = await this.#redis.hmgetBuffer(this.#keys('tiering', partition).state, ...keys)
    return Promise.all(
      keys.map(async (key, i) => {
        const score = scores[i]
        const standing = standings[i]
        return {
          key,
          partition,
          score: score ? await decode(this.#config, this.#scores, score) : undefined,
          standing: standing ? this.#standing.decode(standing) : undefined,
        }
      }),
    )
  }

  /**
   * What many keys of a partition are, read bit by bit, from a state that was whole all the while. Where it is not, a
   * sentence that says why. An owner that came meanwhile may have wiped and rebuilt it, all between two looks at the
   * position: then what was read is thrown away, and read again.
   */
  async whole<T>(partition: number, read: () => Promise<T>): Promise<{ found: T } | { reason: string }> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = await this.#owners(partition)
      if ('reason' in before) return before
      const found = await read()
      const after = await this.#owners(partition)
      if ('reason' in after) return after
      if (after.owners === before.owners) return { found }
    }
    return { reason: `Partition ${partition} changes its owner again and again.` }
  }

  /** Who owns a partition where its state may be shown, else a sentence that says why not. */
  async #owners(partition: number): Promise<{ owners: string } | { reason: string }> {
    let owners = ''
    for (const processor of ['scorer', 'tiering'] as const) {
      const hash = await this.#redis.hgetall(this.#keys(processor, partition).pos)
      const reason = this.#notShown(processor, partition, parsePosition(hash))
      if (reason) return { reason }
      // The stamp is the owner's token and the number of its last write.
      owners += ` ${hash.stamp?.split('/')[0]}`
    }
    return { owners }
  }

  /** Why a state must not be shown: it is not whole, or, as its processor would refuse it, of another log. */
  #notShown(processor: Processor, partition: number, position: Position | undefined): string | undefined {
    const text = rebuildingText(processor, partition, position)
    if (text) return text
    const source = this.#log.sources[processor]
    const log = { cluster: this.#log.cluster, topics: { [source.topic]: source.id } }
    const foreign = foreignState({ source: source.topic, partition }, position?.log, log)
    return foreign && `Not shown: ${foreign}.`
  }

  #keys(processor: Processor, partition: number) {
    return redisKeys(this.#config.HOTLEAD_REDIS_PREFIX, processor, partition)
  }
}

/** The log that the states must be of. */
interface SourceLog {
  cluster: string
  sources: Record<Processor, { topic: string; id: string }>
}

/** With another count keys would be looked for where they are not. @throws CliError (config) naming both counts */
async function sourceLog(config: CliConfig, kafka: Kafka): Promise<SourceLog> {
  const reader = new PartitionReader(kafka)
  const { activity, scores } = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  try {
    const count = await reader.partitionCount(activity)
    const { HOTLEAD_PARTITIONS: made, HOTLEAD_IDLE_PARTITIONS: idle } = config
    if (count < made || count > made + idle)
      throw new CliError(
        EXIT.config,
        `HOTLEAD_PARTITIONS is ${config.HOTLEAD_PARTITIONS}, and this installation has ${count}.`,
        `Set HOTLEAD_PARTITIONS=${count}.`,
      )
    const { cluster, topics } = await reader.describe([activity, scores])
    const source = (topic: string) => ({ topic, id: topics.get(topic)?.id ?? '' })
    return { cluster, sources: { scorer: source(activity), tiering: source(scores) } }
  } finally {
    await reader.close()
  }
}

/** Where a lead stands: tiering's word, else (it keeps nobody who never moved) in the lowest tier from the start. */
export function tierStateOf(model: Model, view: KeyView): TierState & { number: number } {
  const { standing } = view
  return standing
    ? { tier: standing.tier, since: standing.since, left: standing.left, number: standing.number }
    : { tier: firstTier(model), since: view.score?.lead?.first ?? 0, left: [], number: 0 }
}

/** Why a partition's numbers must not be shown, and how far the rebuild is; undefined where they may. */
export function rebuildingText(
  processor: Processor,
  partition: number,
  position: Position | undefined,
): string | undefined {
  if (position === undefined)
    return (
      `Redis holds nothing of partition ${partition}: it was emptied and the ${processor} is about to rebuild it, or ` +
      `the ${processor} has never run here.`
    )
  if (!isRebuilding(position)) return undefined
  const { next, rebuildUntil } = position
  const where = next === undefined ? 'it has just begun' : `offset ${next} of ${rebuildUntil}`
  return `The ${processor} is rebuilding partition ${partition} (${where}).`
}

/** ioredis answers an HGETALL inside MULTI as an object of its own. */
function asText(hash: unknown): Record<string, string> {
  return (hash ?? {}) as Record<string, string>
}

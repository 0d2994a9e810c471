import { type Activity, Codec, openCodecs, RegistryAwayError, topicNames } from '@hotlead/contracts'
import { KafkaAwayError, type kafkaClient, type Topic, TopicInspection } from '@hotlead/kafka'
import type { Logger } from '@hotlead/service'
import type { z } from 'zod'
import type { ingestorConfig } from './config.ts'
import { SOON, soon } from './soon.ts'
import { KeptSchema } from './spool/keptSchema.ts'

const BY_ID = 'the schema registry is away: records are written by the id that it told last'

export interface FirstLookOptions {
  config: z.output<typeof ingestorConfig>
  kafka: ReturnType<typeof kafkaClient>
  /** As they must be at the start. */
  topics: readonly Topic[]
  /** What must stay of them. */
  watched: readonly Topic[]
  log: Logger
}

/**
 * What must be so before a record may be in Kafka: the topics as they must be, and the schema under the id that records have.
 * An ingestor with a spool may look later, as long as it has kept the id.
 */
export class FirstLook {
  readonly codec: Codec<Activity>
  readonly #o: FirstLookOptions
  #isConfirmed: boolean
  #inspection: TopicInspection | undefined

  private constructor(o: FirstLookOptions, codec: Codec<Activity>, isConfirmed: boolean) {
    this.#o = o
    this.codec = codec
    this.#isConfirmed = isConfirmed
  }

  /** @throws where the registry has no such schema, or does not answer and no id was kept */
  static async open(o: FirstLookOptions): Promise<FirstLook> {
    const { config, log } = o
    const root = config.HOTLEAD_SPOOL
    const kept =
      root === '' ? undefined : new KeptSchema(root, topicNames(config.HOTLEAD_TOPIC_PREFIX).activity)
    const id = await kept?.read()
    try {
      const asked = openCodecs(config.HOTLEAD_REGISTRY, config.HOTLEAD_TOPIC_PREFIX)
      const codecs = id === undefined ? await asked : await soon(asked)
      if (codecs !== 'late') {
        await kept?.keep(codecs.activity.id)
        return new FirstLook(o, codecs.activity, true)
      }
      log.warn({ id }, `${BY_ID}: it has not answered within ${SOON} ms`)
    } catch (err) {
      if (id === undefined || !isAway(err)) throw err
      log.warn({ err, id }, BY_ID)
    }
    return new FirstLook(o, new Codec<Activity>('activity', id as number), false)
  }

  /** @throws an error for which `isAway` is true where nobody can tell yet; any other where it is not as it must be */
  async look(): Promise<void> {
    const { config, kafka, topics, watched } = this.#o
    if (!this.#isConfirmed) {
      const { activity } = await openCodecs(config.HOTLEAD_REGISTRY, config.HOTLEAD_TOPIC_PREFIX)
      if (activity.id !== this.codec.id)
        throw new Error(
          `the schema registry knows the schema of activity by the id ${activity.id}, and the spool in ${config.HOTLEAD_SPOOL} has ` +
            `records by ${this.codec.id}: bring the registry back as it was, or move the spool away`,
        )
      this.#isConfirmed = true
    }
    this.#inspection ??= await TopicInspection.open({ kafka, brokers: config.HOTLEAD_KAFKA, topics, watched })
  }

  /** What is no longer as it was. */
  async problems(): Promise<readonly string[]> {
    return this.#inspection?.problems() ?? []
  }

  async close(): Promise<void> {
    await this.#inspection?.close()
  }
}

export function isAway(error: unknown): boolean {
  return error instanceof KafkaAwayError || error instanceof RegistryAwayError
}

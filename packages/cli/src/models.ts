import {
  type Activity,
  type Codec,
  keyOf,
  type ModelRecount,
  NO_ACTIVITY,
  PARTITION_KEY,
  type PublishedModel,
  topicNames,
} from '@hotlead/contracts'
import { PartitionReader } from '@hotlead/kafka'
import { type Model, parseModel } from '@hotlead/model'
import type { Kafka } from 'kafkajs'
import type { CliConfig } from './config.ts'
import { CliError, EXIT } from './exit.ts'
import { decode } from './registry.ts'

/** All models that were published, oldest first; of a version that was published again the latest time counts. */
export async function readModels(
  config: CliConfig,
  kafka: Kafka,
  codec: Codec<PublishedModel>,
): Promise<PublishedModel[]> {
  const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).models
  const reader = new PartitionReader(kafka)
  try {
    const [start, end] = await Promise.all([
      reader.offsets(topic, [0], 'start'),
      reader.offsets(topic, [0], 'end'),
    ])
    const models = new Map<string, PublishedModel>()
    for await (const records of reader.read(topic, 0, start.get(0) as number, end.get(0) as number))
      for (const { key, value } of records) {
        models.delete(key)
        if (value) models.set(key, await decode(config, codec, value))
      }
    return [...models.values()]
  } finally {
    await reader.close()
  }
}

/** How a workspace gets a model that it lacks. */
export function firstModelOf(workspace: string): string {
  return workspace === 'demo'
    ? 'Run `hotlead setup` once: it publishes the first model of demo.'
    : `\`hotlead model publish FILE --workspace ${workspace}\` gives it one, if that is its name: HOTLEAD_SOURCES has those there are.`
}

/** A version that is made active again and again keeps so many of these times. */
const MOST_ACTIVATIONS = 100

/** @throws CliError where the text is no model: then it must not have been published */
export function modelOf(published: PublishedModel): Model {
  const parsed = parseModel(published.source)
  if (!parsed.ok)
    throw new CliError(
      EXIT.failed,
      `Model version ${published.version} of ${published.workspace} cannot be read by this hotlead: ${parsed.problems[0]?.message}.`,
      'Publish it again from its file: `hotlead model publish FILE`.',
    )
  return parsed.model
}

export interface Publication {
  config: CliConfig
  kafka: Kafka
  codecs: { models: Codec<PublishedModel>; activity: Codec<Activity> }
  workspace: string
  model: Pick<Model, 'name' | 'version'>
  source: string
  /** When this version was made active, with this time. */
  activations: readonly number[]
  /** Of these times those at which the past was counted by it. */
  recounts: readonly ModelRecount[]
  now: number
}

/**
 * Writes a model, and then a control record to every partition given: from its offset on, that partition scores by the
 * model. The model comes first, so that whoever reads a control finds its model.
 */
export async function publishModel(
  o: Publication & { announce: boolean; partitions: readonly number[] },
): Promise<void> {
  const topics = topicNames(o.config.HOTLEAD_TOPIC_PREFIX)
  const { version, name } = o.model
  const producer = o.kafka.producer({ allowAutoTopicCreation: false })
  await producer.connect()
  try {
    const value = o.codecs.models.encode({
      workspace: o.workspace,
      version,
      name,
      source: o.source,
      publishedAt: o.now,
      activations: o.activations.slice(-MOST_ACTIVATIONS),
      recounts: o.recounts.slice(-MOST_ACTIVATIONS),
    })
    await producer.send({
      topic: topics.models,
      acks: -1,
      messages: [{ key: keyOf(o.workspace, version), value }],
    })
    if (o.partitions.length === 0) return
    const control = o.codecs.activity.encode({
      ...NO_ACTIVITY,
      kind: 'control',
      control: { workspace: o.workspace, model: version, announce: o.announce, recount: null },
    })
    await producer.send({
      topic: topics.activity,
      acks: -1,
      messages: o.partitions.map(partition => ({ key: PARTITION_KEY, value: control, partition })),
    })
  } finally {
    await producer.disconnect()
  }
}

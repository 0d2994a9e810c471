import { type Activity, type Codecs, keyOf, PARTITION_KEY, type TopicName } from '@hotlead/contracts'
import type { Model } from '@hotlead/model'
import type { KafkaClient } from '@hotlead/stream'

export interface Publication {
  workspace: string
  model: Model
  /** The YAML text. */
  source: string
  /** Announce leads that become HOT only because the model changed. */
  announce: boolean
  now: number
}

/**
 * Publishes a model and makes it the workspace's: first its text to `models`, then a control record into every
 * partition of `activity`, so that a replay changes models at the same places. Resolves once all is acknowledged.
 */
export async function publishModel(
  kafka: KafkaClient,
  codecs: Codecs,
  topics: Record<TopicName, string>,
  partitions: number,
  { workspace, model, source, announce, now }: Publication,
): Promise<void> {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  try {
    const value = codecs.models.encode({
      workspace,
      version: model.version,
      name: model.name,
      source,
      publishedAt: now,
    })
    await producer.send({
      topic: topics.models,
      acks: -1,
      messages: [{ key: keyOf(workspace, model.version), value, partition: 0 }],
    })
    const control: Activity = {
      kind: 'control',
      via: null,
      event: null,
      link: null,
      merge: null,
      followUp: null,
      control: { workspace, model: model.version, announce },
      tick: null,
    }
    const messages = Array.from({ length: partitions }, (_, partition) => ({
      partition,
      key: PARTITION_KEY,
      value: codecs.activity.encode(control),
    }))
    await producer.send({ topic: topics.activity, acks: -1, messages })
  } finally {
    await producer.disconnect()
  }
}

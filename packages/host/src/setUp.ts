import { openCodecs, registerSchemas, topicNames } from '@hotlead/contracts'
import { ensureTopics, kafkaClient, PartitionReader } from '@hotlead/kafka'
import { parseModel } from '@hotlead/model'
import type { BaseConfig } from '@hotlead/service'
import { expectedTopics } from './hostProcessor.ts'
import { publishModel } from './publishModel.ts'

export type SetUpConfig = Pick<
  BaseConfig,
  'HOTLEAD_KAFKA' | 'HOTLEAD_REGISTRY' | 'HOTLEAD_TOPIC_PREFIX' | 'HOTLEAD_PARTITIONS'
>

/**
 * Makes an installation: topics created or verified, schemas registered, and a first model for a workspace where no
 * model was ever published. Doing it again changes nothing. @returns what was done, a line each
 * @throws one sentence per topic that is not as it must be
 */
export async function setUp(
  config: SetUpConfig,
  first: { workspace: string; source: string },
  now: number,
): Promise<string[]> {
  const kafka = kafkaClient({ brokers: config.HOTLEAD_KAFKA, clientId: 'hotlead-setup' })
  const topics = topicNames(config.HOTLEAD_TOPIC_PREFIX)
  const wrong = await ensureTopics(kafka, expectedTopics(config), true)
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  const ids = await registerSchemas(config.HOTLEAD_REGISTRY, config.HOTLEAD_TOPIC_PREFIX)
  const done = [
    `${Object.keys(topics).length} topics are as they must be`,
    `${Object.keys(ids).length} schemas are registered`,
  ]
  const reader = new PartitionReader(kafka)
  const published = (await reader.offsets(topics.models, [0], 'end')).get(0) as number
  await reader.close()
  if (published > 0) return done
  const parsed = parseModel(first.source)
  if (!parsed.ok)
    throw new Error(parsed.problems.map(p => `line ${p.line}: ${p.path}: ${p.message}`).join('\n'))
  const codecs = await openCodecs(config.HOTLEAD_REGISTRY, config.HOTLEAD_TOPIC_PREFIX)
  const publication = { ...first, model: parsed.model, announce: false, now }
  await publishModel(kafka, codecs, topics, config.HOTLEAD_PARTITIONS, publication)
  return [
    ...done,
    `model ${parsed.model.name} (${parsed.model.version}) is active in workspace ${first.workspace}`,
  ]
}

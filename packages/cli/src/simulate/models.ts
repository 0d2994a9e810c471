import type { Model } from '@hotlead/model'
import type { Kafka } from 'kafkajs'
import { activeModels } from '../activeModels.ts'
import type { CliConfig } from '../config.ts'
import { connectRedis } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { readModelFile, refuseModel } from '../modelFile.ts'
import { modelOf, readModels } from '../models.ts'
import { openCodec } from '../registry.ts'
import type { Terminal } from '../terminal.ts'

/** The model of a file. @throws CliError where it has problems, which are shown */
export function modelFrom(file: string, terminal: Terminal): Model {
  const { parsed } = readModelFile(file)
  if (!parsed.ok) refuseModel(file, parsed.problems, terminal)
  return parsed.model
}

/** The model that the workspace is scored by now. @throws CliError where it has none */
export async function currentModel(config: CliConfig, kafka: Kafka, workspace: string): Promise<Model> {
  const redis = await connectRedis(config)
  try {
    const [models, activity, scores] = await Promise.all([
      openCodec(config, 'models'),
      openCodec(config, 'activity'),
      openCodec(config, 'scores'),
    ])
    const { versions } = await activeModels(config, kafka, redis, { scores, activity }, workspace)
    const version = versions.findLast(v => v !== undefined)
    const published = (await readModels(config, kafka, models)).find(
      m => m.workspace === workspace && m.version === version,
    )
    if (!published)
      throw new CliError(
        EXIT.notFound,
        `The workspace ${workspace} is scored by no model, so there is nothing to compare with.`,
        'Name a file (--against FILE), or compare with nothing (--against none).',
      )
    return modelOf(published)
  } finally {
    redis.disconnect()
  }
}

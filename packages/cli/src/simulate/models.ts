import type { Kafka } from 'kafkajs'
import { activeModels } from '../activeModels.ts'
import type { CliConfig } from '../config.ts'
import { connectRedis } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { readModelFile, refuseModel, wholeText } from '../modelFile.ts'
import { modelOf, readModels } from '../models.ts'
import { openCodec } from '../registry.ts'
import type { Terminal } from '../terminal.ts'
import type { ModelText } from './threads.ts'

/** The model of a file, and a text of it that stands by itself. @throws CliError where it has problems, which are shown */
export function modelFrom(file: string, terminal: Terminal): ModelText {
  const { source, parsed } = readModelFile(file)
  if (!parsed.ok) refuseModel(file, parsed.problems, terminal)
  return { model: parsed.model, source: wholeText(source, parsed) }
}

/** The model that the workspace is scored by now. @throws CliError where it has none */
export async function currentModel(config: CliConfig, kafka: Kafka, workspace: string): Promise<ModelText> {
  const redis = await connectRedis(config)
  try {
    const [models, activity, scores] = await Promise.all([
      openCodec(config, 'models'),
      openCodec(config, 'activity'),
      openCodec(config, 'scores'),
    ])
    const active = await activeModels(config, kafka, redis, { scores, activity }, workspace)
    const version = active.findLast(a => a.version !== undefined)?.version
    const published = (await readModels(config, kafka, models)).find(
      m => m.workspace === workspace && m.version === version,
    )
    if (!published)
      throw new CliError(
        EXIT.notFound,
        `The workspace ${workspace} is scored by no model, so there is nothing to compare with.`,
        'Name a file (--against FILE), or compare with nothing (--against none).',
      )
    return { model: modelOf(published), source: published.source }
  } finally {
    redis.disconnect()
  }
}

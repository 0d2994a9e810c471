import type { Kafka } from 'kafkajs'
import type { CliConfig } from './config.ts'
import { readModels } from './models.ts'
import { openCodec } from './registry.ts'
import { quoted, type Terminal } from './terminal.ts'

/**
 * Says so where an empty answer may be a slip of the pen: no model was ever published for the workspace. No error, as
 * its events may be older than its first model.
 */
export async function noteUnknown(
  config: CliConfig,
  kafka: Kafka,
  workspace: string,
  terminal: Terminal,
): Promise<void> {
  const models = await readModels(config, kafka, await openCodec(config, 'models'))
  const known = [...new Set(models.map(m => m.workspace))]
  if (known.includes(workspace)) return
  terminal.note(
    `No model was ever published for a workspace ${quoted(workspace)}; for ${known.join(', ') || 'none'} one was.`,
  )
}

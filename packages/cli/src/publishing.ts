import type { RedisClient } from '@hotlead/redis'
import type { Kafka } from 'kafkajs'
import { activeModels } from './activeModels.ts'
import { ask, canAsk } from './ask.ts'
import type { Args, Option } from './command.ts'
import { compare, comparisonLines, type ReadModel } from './comparison.ts'
import type { CliConfig } from './config.ts'
import { CliError, EXIT } from './exit.ts'
import { publishModel } from './models.ts'
import { Reading } from './reading.ts'
import { openCodec } from './registry.ts'
import type { Terminal } from './terminal.ts'

/** Options of what makes a model active. */
export const PUBLISH_OPTIONS = {
  announce: { type: 'boolean', about: 'Announce leads that become HOT by the change of the model alone' },
  yes: {
    type: 'boolean',
    short: 'y',
    about: 'Do not show what changes and ask; nothing is asked in a script',
  },
} as const satisfies Record<string, Option>

/** Makes a model the one that the workspace is scored by, once whoever is there has seen what changes and agreed. */
export async function makeActive(o: {
  args: Args
  config: CliConfig
  kafka: Kafka
  redis: RedisClient
  read: ReadModel
  /** What is written to `models`: a file by itself. */
  source: string
  terminal: Terminal
}): Promise<void> {
  const { args, config, kafka, redis, read, source, terminal } = o
  const { workspace } = args
  const { name, version } = read.model
  const [models, activity, scores, reading] = await Promise.all([
    openCodec(config, 'models'),
    openCodec(config, 'activity'),
    openCodec(config, 'scores'),
    Reading.open(config, kafka, redis),
  ])
  const active = await activeModels(config, kafka, redis, { scores, activity }, workspace)
  // A partition that has it already would judge every lead once more, for nothing.
  const partitions = active.flatMap((v, p) => (v === version ? [] : [p]))
  const before = [...new Set(active.filter(v => v !== undefined && v !== version))]
  if (partitions.length > 0) {
    if (before.length > 0 && !args.flag('yes') && canAsk()) {
      const comparison = await compare(reading, workspace, read, terminal)
      for (const line of comparisonLines(comparison, terminal)) terminal.note(line)
      if (!(await ask(`\nScore ${workspace} by it from now on?`)))
        throw new CliError(EXIT.failed, 'Nothing was changed.', 'Run it again when you mean it.')
    }
    const activations = reading.published(workspace).find(m => m.version === version)?.activations ?? []
    const announce = args.flag('announce')
    const codecs = { models, activity }
    const { model } = read
    const now = Date.now()
    await publishModel({
      config,
      kafka,
      codecs,
      workspace,
      model,
      source,
      announce,
      partitions,
      activations,
      now,
    })
  }
  if (terminal.json)
    return terminal.value({ workspace, name, version, before, partitions: partitions.length })
  terminal.line(
    partitions.length === 0
      ? `${workspace} is scored by ${name}, version ${version}, already: nothing to do`
      : `${workspace} is scored by ${name}, version ${version}, from now on${before.length > 0 ? ` (before: ${before.join(', ')})` : ''}`,
  )
}

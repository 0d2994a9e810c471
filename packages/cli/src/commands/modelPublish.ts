import { activeModels } from '../activeModels.ts'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { readModelFile, refuseModel } from '../modelFile.ts'
import { publishModel } from '../models.ts'
import { openCodec } from '../registry.ts'

export const modelPublish: Command = {
  name: 'model publish',
  takes: ['FILE'],
  about: 'Make a model the one that a workspace is scored by',
  details:
    'Points, caps, decay and tiers apply to every lead at once, from what is known of it. What a signal matches counts\n' +
    'from now on; the past is not matched again. Leads that become HOT only because the model changed are not\n' +
    'announced, unless --announce says so.',
  options: {
    ...WORKSPACE_OPTION,
    announce: { type: 'boolean', about: 'Announce leads that become HOT by the change of the model alone' },
    ...JSON_OPTION,
  },
  examples: [['hotlead model publish models/default.yaml', 'after `hotlead model check`']],
  async run(args, terminal) {
    const file = args.positionals[0] as string
    const { source, parsed } = readModelFile(file)
    if (!parsed.ok) refuseModel(file, parsed.problems, terminal)
    const { model } = parsed
    const config = readConfig()
    const { workspace } = args
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      const [models, activity, scores] = await Promise.all([
        openCodec(config, 'models'),
        openCodec(config, 'activity'),
        openCodec(config, 'scores'),
      ])
      const active = await activeModels(config, kafka, redis, { scores, activity }, workspace)
      // A partition that has it already would judge every lead once more, for nothing.
      const partitions = active.flatMap((version, p) => (version === model.version ? [] : [p]))
      if (partitions.length > 0) {
        const announce = args.flag('announce')
        const codecs = { models, activity }
        await publishModel({ config, kafka, codecs, workspace, model, source, announce, partitions })
      }
      const { name, version } = model
      const before = [...new Set(active.filter(v => v !== undefined && v !== version))]
      if (terminal.json)
        return terminal.value({ workspace, name, version, before, partitions: partitions.length })
      terminal.line(
        partitions.length === 0
          ? `${workspace} is scored by ${name}, version ${version}, already: nothing to do`
          : `${workspace} is scored by ${name}, version ${version}, from now on${before.length > 0 ? ` (before: ${before.join(', ')})` : ''}`,
      )
    } finally {
      redis.disconnect()
    }
  },
}

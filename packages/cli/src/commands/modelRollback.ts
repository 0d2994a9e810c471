import { parseModel } from '@hotlead/model'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { CliError, EXIT, usage } from '../exit.ts'
import { activationsOf, versionBefore } from '../history.ts'
import { modelOf, readModels } from '../models.ts'
import { makeActive, PUBLISH_OPTIONS } from '../publishing.ts'
import { openCodec } from '../registry.ts'
import { quoted } from '../terminal.ts'

export const modelRollback: Command = {
  name: 'model rollback',
  takes: ['[VERSION]'],
  about: 'Score a workspace by an earlier model again: the one before, or a version',
  details:
    'The first digits of a version are enough. It is what `hotlead model publish` of that model’s file would do: points,\n' +
    'caps, decay and tiers apply to every lead at once, and facts that were counted meanwhile stay counted.',
  options: { ...WORKSPACE_OPTION, ...PUBLISH_OPTIONS, ...JSON_OPTION },
  examples: [
    ['hotlead model rollback', 'the model before the last change'],
    ['hotlead model rollback 1629358957a2', 'a version of `hotlead model history`'],
  ],
  async run(args, terminal) {
    const { workspace } = args
    const [asked] = args.positionals
    const config = readConfig()
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      const all = await readModels(config, kafka, await openCodec(config, 'models'))
      const own = all.filter(m => m.workspace === workspace)
      const versions = [...new Set(own.map(m => m.version))].filter(
        v => asked === undefined || v.startsWith(asked),
      )
      if (asked !== undefined && versions.length !== 1)
        throw usage(
          versions.length === 0
            ? `The workspace ${workspace} was never scored by a version ${quoted(asked)}.`
            : `${quoted(asked)} begins ${versions.length} versions: ${versions.join(', ')}.`,
          '`hotlead model history` lists them.',
        )
      const version = asked === undefined ? versionBefore(activationsOf(own)) : versions[0]
      const published = own.find(m => m.version === version)
      if (!published)
        throw new CliError(
          EXIT.notFound,
          `The workspace ${workspace} was scored by no other model before.`,
          '`hotlead model publish FILE` takes any.',
        )
      const model = modelOf(published)
      const parsed = parseModel(published.source)
      const read = { model, content: parsed.ok ? parsed.content : undefined }
      await makeActive({ args, config, kafka, redis, read, source: published.source, terminal })
    } finally {
      redis.disconnect()
    }
  },
}

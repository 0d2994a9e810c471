import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { readModelFile, refuseModel, wholeText } from '../modelFile.ts'
import { makeActive, PUBLISH_OPTIONS } from '../publishing.ts'

export const modelPublish: Command = {
  name: 'model publish',
  takes: ['FILE'],
  about: 'Make a model the one that a workspace is scored by',
  details:
    'Points, caps, decay and tiers apply to every lead at once, from what is known of it. What a signal matches counts\n' +
    'from now on; with --replay the log is counted anew for it, as far back as it reaches, and until that is done the old\n' +
    'numbers serve. Leads that become HOT only because the model changed are not announced, unless --announce says so. On\n' +
    'a terminal it shows what changes and how many leads move, and asks.',
  options: {
    ...WORKSPACE_OPTION,
    ...PUBLISH_OPTIONS,
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead model publish models/default.yaml', 'after `hotlead model check`'],
    ['hotlead model publish models/default.yaml --replay', 'where a signal matches something else'],
  ],
  async run(args, terminal) {
    const file = args.positionals[0] as string
    const { source, parsed } = readModelFile(file)
    if (!parsed.ok) refuseModel(file, parsed.problems, terminal)
    const config = readConfig()
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      await makeActive({
        args,
        config,
        kafka,
        redis,
        read: parsed,
        source: wholeText(source, parsed),
        terminal,
      })
    } finally {
      redis.disconnect()
    }
  },
}

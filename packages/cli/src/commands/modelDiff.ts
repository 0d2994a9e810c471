import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { compare, comparisonLines } from '../comparison.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { readModelFile, refuseModel } from '../modelFile.ts'
import { Reading } from '../reading.ts'

export const modelDiff: Command = {
  name: 'model diff',
  takes: ['FILE'],
  about: 'What a model would change: in words, and how many leads would move where',
  details:
    'Compares with the model that the workspace is scored by, and judges every lead that is known by the new one, from\n' +
    'the facts that are there now. Nothing is changed. What a new signal would have counted is not in these numbers:\n' +
    '`hotlead simulate` folds the past for that.',
  options: { ...WORKSPACE_OPTION, ...JSON_OPTION },
  examples: [['hotlead model diff models/default.yaml', 'before publishing it']],
  async run(args, terminal) {
    const file = args.positionals[0] as string
    const { parsed } = readModelFile(file)
    if (!parsed.ok) refuseModel(file, parsed.problems, terminal)
    const config = readConfig()
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    try {
      const reading = await Reading.open(config, kafka, redis)
      const compared = await compare(reading, args.workspace, parsed, terminal)
      if (terminal.json) return terminal.value(compared)
      for (const line of comparisonLines(compared, terminal)) terminal.line(line)
    } finally {
      redis.disconnect()
    }
  },
}

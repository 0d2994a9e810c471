import { topicNames } from '@hotlead/contracts'
import { PartitionReader } from '@hotlead/kafka'
import { lossField, parsePosition, redisKeys } from '@hotlead/stream'
import { type Args, type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka, connectRedis } from '../connect.ts'
import { CliError, EXIT, usage } from '../exit.ts'
import { number } from '../replay/progress.ts'

const OPTIONS = ['partition', 'from', 'to'] as const

function required(args: Args, name: (typeof OPTIONS)[number]): number {
  if (args.text(name) === undefined)
    throw usage(
      `hotlead loss accept needs --${name}.`,
      'The scorer names all three in the sentence with which it stops.',
    )
  return args.whole(name, 0, 0)
}

export const lossAccept: Command = {
  name: 'loss accept',
  about: 'Let the scorer go on without events that are gone from the log',
  details:
    'The scorer stops where activity has lost events, at its start, that it had not scored yet. Nobody can bring them\n' +
    'back but a Redis dump that is past them. This command is a person’s decision to go on without these very events:\n' +
    'it is kept with the partition’s position in Redis, holds for no other loss, and shows in hotlead status.\n' +
    'If a model was published within the gap, publish it again. See docs/runbook/log-lost-its-start.md.',
  options: {
    partition: { type: 'string', value: 'P', about: 'Partition of activity' },
    from: { type: 'string', value: 'OFFSET', about: 'First offset that is lost' },
    to: { type: 'string', value: 'OFFSET', about: 'Offset at which the log now begins' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead loss accept --partition 3 --from 1000 --to 1010', 'as the scorer says it when it stops'],
  ],
  async run(args, terminal) {
    const [partition, from, to] = OPTIONS.map(name => required(args, name)) as [number, number, number]
    if (from >= to) throw usage(`--from ${from} must be below --to ${to}.`)
    const config = readConfig()
    if (partition >= config.HOTLEAD_PARTITIONS)
      throw usage(`--partition is ${partition} and must be below ${config.HOTLEAD_PARTITIONS}.`)
    const [kafka, redis] = await Promise.all([connectKafka(config), connectRedis(config)])
    const reader = new PartitionReader(kafka)
    try {
      const topic = topicNames(config.HOTLEAD_TOPIC_PREFIX).activity
      const start = (await reader.offsets(topic, [partition], 'start')).get(partition) as number
      if (start !== to)
        throw new CliError(
          EXIT.failed,
          `${topic}/${partition} begins at offset ${start}, not at ${to}.`,
          start < to
            ? 'Records before that are there and will be scored. Nothing was accepted.'
            : 'More is gone by now: start the scorer, and accept what it names. Nothing was accepted.',
        )
      const { pos } = redisKeys(config.HOTLEAD_REDIS_PREFIX, 'scorer', partition)
      const position = parsePosition(await redis.hgetall(pos))
      const next = position?.next
      if (next !== undefined && next >= to)
        throw new CliError(
          EXIT.failed,
          `The scorer has folded ${topic}/${partition} up to ${next} already.`,
          'Nothing is lost there, and nothing was accepted.',
        )
      // The scorer may know more than its position, from snapshots: a higher offset is for it to compare.
      const known = next ?? position?.folded ?? 0
      if (from < known)
        throw new CliError(
          EXIT.failed,
          `The scorer has folded ${topic}/${partition} up to ${known}, so what is lost does not begin at ${from}.`,
          'Start the scorer, and accept the offsets that it names. Nothing was accepted.',
        )
      const loss = { from, to, at: Date.now() }
      await redis.hset(pos, ...lossField(loss))
      if (terminal.json) return terminal.value({ topic, partition, ...loss })
      terminal.line(
        `The scorer goes on without the ${number(to - from)} records of ${topic}/${partition} from offset ${from} to ${to - 1}.`,
      )
      terminal.line('Start it again, unless something does that by itself.')
    } finally {
      await reader.close()
      redis.disconnect()
    }
  },
}

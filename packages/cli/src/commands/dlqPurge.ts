import type { Kafka } from 'kafkajs'
import { agree } from '../ask.ts'
import { type Args, type Command, JSON_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { DeadLetters } from '../dlq/deadLetters.ts'
import { byReason, lettersText, reasonsText } from '../dlq/letterTable.ts'
import { isNote } from '../dlq/note.ts'
import { Operator } from '../dlq/operator.ts'
import { deleteUpTo, purge } from '../dlq/purge.ts'
import { isNarrow, isOpen, SELECTION_OPTIONS, type Selection, selectionOf } from '../dlq/selection.ts'
import { usage } from '../exit.ts'
import { number } from '../replay/progress.ts'
import type { Terminal } from '../terminal.ts'
import { timeText } from '../times.ts'

export const dlqPurge: Command = {
  name: 'dlq purge',
  takes: ['[P:O…]'],
  about: 'Let dead letters go: they are hidden, never retried, and deleted where Kafka can',
  details:
    'Kafka deletes records only from a partition’s start up to an offset. With nothing but --before TIME, or --all, that\n' +
    'is what happens: all that was written before is gone for good, whatever it is. Any other choice hides the letters\n' +
    'that are meant and forbids their retry; those that no letter to be kept lies before are deleted at once, and the\n' +
    'bytes of the others stay in Kafka until retention (30 days) takes them. It asks first, unless --yes says not to.',
  options: {
    ...SELECTION_OPTIONS,
    settled: { type: 'boolean', about: 'Only those that were retried' },
    all: { type: 'boolean', about: 'All that is there' },
    yes: { type: 'boolean', about: 'Do not ask' },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead dlq purge --before 7d', 'what is older than a week, for good'],
    ['hotlead dlq purge --reason too_large --workspace demo', 'what nobody will mend'],
    ['hotlead dlq purge --settled --yes', 'what was retried'],
  ],
  async run(args, terminal) {
    const config = readConfig()
    const selection = selectionOf(args, Date.now(), config.HOTLEAD_PARTITIONS)
    if (!isNarrow(selection) && !args.flag('all') && !args.flag('settled'))
      throw usage(
        'Which letters?',
        'Name them (3:17 3:18), or choose with --before, --reason, --workspace, --since, --settled or --all.',
      )
    const kafka = await connectKafka(config)
    const letters = new DeadLetters(config, kafka)
    let operator: Operator | undefined
    try {
      if (isPrefix(selection, args))
        return await purgePrefix(letters, kafka, selection.before, args, terminal)
      const until = await letters.ends()
      const isMeant = (state: string) => (args.flag('settled') ? state === 'retried' : state !== 'purged')
      const asked = (await letters.find(selection, until)).filter(f => isMeant(f.state))
      if (asked.length > 0 && !args.flag('yes')) {
        const open = asked.filter(f => isOpen(f.state)).length
        await agree(
          `Purge ${lettersText(asked.length)} (${reasonsText(byReason(asked))}), of which ${number(open)} wait still?`,
          'Nothing was purged.',
        )
      }
      operator = await Operator.begin(config, kafka)
      const found = (await letters.find(selection, until)).filter(f => isMeant(f.state))
      const done = await purge(
        { letters, operator, kafka },
        found.map(f => f.letter),
      )
      if (terminal.json) return terminal.value(done)
      terminal.line(`${lettersText(done.purged)} purged: hidden, and not retried any more.`)
      if (done.deleted > 0)
        terminal.line(
          `${lettersText(done.deleted)} deleted from Kafka for good${done.deleted > done.purged ? ', of those that were purged before too' : ''}.`,
        )
      if (done.remain > 0)
        terminal.line(
          `The bytes of ${lettersText(done.remain)} stay in Kafka until retention takes them: letters that are kept lie before them.`,
        )
    } finally {
      await Promise.all([operator?.close(), letters.close()])
    }
  },
}

/** Whether Kafka's own way of deleting is just what is meant. */
function isPrefix({ before, ...others }: Selection, args: Args): boolean {
  return !isNarrow(others) && !args.flag('settled') && (before !== undefined || args.flag('all'))
}

async function purgePrefix(
  letters: DeadLetters,
  kafka: Kafka,
  before: number | undefined,
  args: Args,
  terminal: Terminal,
): Promise<void> {
  const [starts, cuts] = [await letters.starts(), await letters.ends()]
  if (before !== undefined)
    for (const [partition, end] of cuts)
      cuts.set(partition, (await letters.reader.offsetAt(letters.topic, partition, before)) ?? end)
  const records = [...cuts].reduce(
    (sum, [partition, cut]) => sum + cut - (starts.get(partition) as number),
    0,
  )
  // Notes and the marks of takeovers are records too, which nobody sees in a list.
  const count = await lettersBefore(letters, starts, cuts)
  const what = `${lettersText(count)}${before === undefined ? '' : ` from before ${timeText(before)}`}`
  if (records > 0 && !args.flag('yes'))
    await agree(
      `Delete ${what} for good, those that wait among them, and notes about others?`,
      'Nothing was deleted.',
    )
  for (const [partition, cut] of cuts) if (cut <= (starts.get(partition) as number)) cuts.delete(partition)
  await deleteUpTo(kafka, letters.topic, cuts)
  if (terminal.json) terminal.value({ letters: count, records, before: before ?? null })
  else terminal.line(`${what} deleted for good.`)
}

/** Letters before the cuts. All that goes is read once, a chunk of 1 MB at a time. */
async function lettersBefore(
  { reader, topic }: DeadLetters,
  starts: ReadonlyMap<number, number>,
  cuts: ReadonlyMap<number, number>,
): Promise<number> {
  let count = 0
  for (const [partition, cut] of cuts)
    for await (const records of reader.read(topic, partition, starts.get(partition) as number, cut))
      count += records.filter(r => !isNote(r)).length
  return count
}

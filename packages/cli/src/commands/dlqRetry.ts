import { MAX_EVENT_BYTES } from '@hotlead/beacon'
import { topicNames, UndecodableError } from '@hotlead/contracts'
import { type LogRecord, partitionOf } from '@hotlead/kafka'
import { agree } from '../ask.ts'
import { type Args, type Command, JSON_OPTION } from '../command.ts'
import { type CliConfig, readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { DeadLetters, type Found } from '../dlq/deadLetters.ts'
import { edgePlans } from '../dlq/edgePlan.ts'
import { byReason, lettersText, reasonsText } from '../dlq/letterTable.ts'
import { ActivityLook } from '../dlq/lookThrough.ts'
import { Operator } from '../dlq/operator.ts'
import { processorPlans } from '../dlq/processorPlan.ts'
import { nextOf, retriedJson, retriedLines } from '../dlq/retriedLines.ts'
import { type Retried, retry } from '../dlq/retry.ts'
import { isNarrow, isOpen, SELECTION_OPTIONS, type Selection, selectionOf } from '../dlq/selection.ts'
import { CliError, EXIT, usage } from '../exit.ts'
import { givenFile } from '../givenFile.ts'
import { progressLine } from '../progressLine.ts'
import { decode, openCodec } from '../registry.ts'
import type { Terminal } from '../terminal.ts'

/** Letters that are sent without a question. */
const FEW = 10

export const dlqRetry: Command = {
  name: 'dlq retry',
  takes: ['[P:O…]'],
  about: 'Send dead letters again: each counts once, however often it is retried and whoever sent it again',
  details:
    'Letters of the edge take its steps again, as the request that brought them was; records of scorer go back as they\n' +
    'were. Who the event is about is worked out anew, which needs the HOTLEAD_SECRET of the ingestor. It first looks\n' +
    'through activity, from when the event happened on: what is there already is not sent. Stopped half-way, run it\n' +
    'again. What is refused again stays a dead letter, and it ends with 1. Only one runs at a time: a second one takes over.',
  options: {
    ...SELECTION_OPTIONS,
    all: { type: 'boolean', about: 'All that wait' },
    backdate: { type: 'boolean', about: 'However old events are: a person answers for their times' },
    mended: {
      type: 'string',
      value: 'FILE',
      about: 'Of one letter of the edge: these bytes in place of its own',
    },
    yes: { type: 'boolean', about: `Do not ask, also for more than ${FEW}` },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead dlq retry 3:17 3:18', 'these two'],
    ['hotlead dlq retry --reason too_old --since 7d --backdate', 'what an SDK kept for too long'],
    ['hotlead dlq retry 3:17 --mended event.json', 'with the event mended'],
    ['hotlead dlq retry --all --yes --json', 'all of them, from a script'],
  ],
  async run(args, terminal) {
    const config = readConfig()
    const selection = selectionOf(args, Date.now(), config.HOTLEAD_PARTITIONS)
    const mended = mendedOf(args, selection)
    if (!isNarrow(selection) && !args.flag('all'))
      throw usage(
        'Which letters?',
        'Name them (3:17 3:18), or choose with --reason, --workspace, --since, --before or --all.',
      )
    const kafka = await connectKafka(config)
    const letters = new DeadLetters(config, kafka)
    const topics = topicNames(config.HOTLEAD_TOPIC_PREFIX)
    const activity = new ActivityLook(kafka, topics.activity, config.HOTLEAD_PARTITIONS)
    let operator: Operator | undefined
    try {
      const codec = await openCodec(config, 'activity')
      const until = await letters.ends()
      const asked = waiting(await letters.find(selection, until), selection)
      if (mended && asked.some(f => f.letter.origin))
        throw usage(
          '--mended is for letters of the edge.',
          'What scorer could not read goes back as it was, or not at all.',
        )
      if (asked.length > FEW && !args.flag('yes'))
        await agree(
          `Send ${lettersText(asked.length)} again (${reasonsText(byReason(asked))})?`,
          'Nothing was sent.',
        )
      if (asked.length === 0 && !selection.positions) return report([], terminal)

      operator = await Operator.begin(config, kafka)
      // Again, now that nobody else writes: what another had begun, and what it had done.
      const found = await letters.find(selection, until)
      const read = readable(config, codec)
      const edge = edgePlans({
        secret: config.HOTLEAD_SECRET,
        encode: value => codec.encode(value),
        partitionOf: key => partitionOf(key, config.HOTLEAD_PARTITIONS),
        backdate: args.flag('backdate'),
        mended,
      })
      const processor = processorPlans({
        topics,
        partitions: config.HOTLEAD_PARTITIONS,
        decode: value => decode(config, codec, value),
        isUnreadable: error => error instanceof UndecodableError,
      })
      const draw = progressLine(terminal)
      const retried = await retry(
        {
          letters,
          activity,
          operator,
          plan: async letter => (letter.origin ? processor(letter) : edge(letter)),
          decode: read,
          onLook: part => draw(part, () => 'looking through activity for what is there already'),
        },
        found.filter(f => isOpen(f.state)),
      )
      if (terminal.isProgressShown) terminal.progress('')
      report([...(selection.positions ? alreadyRetried(found) : []), ...retried], terminal)
    } finally {
      await Promise.all([operator?.close(), letters.close(), activity.close()])
    }
  },
}

/** Those that may be retried. @throws CliError where one was named that is settled */
function waiting(found: readonly Found[], { positions }: Selection): Found[] {
  const settled = positions && found.find(f => !isOpen(f.state))
  if (settled?.state === 'purged')
    throw new CliError(
      EXIT.failed,
      `The letter ${settled.letter.partition}:${settled.letter.offset} was purged: it is not sent again.`,
      'Its bytes, as long as Kafka has them: `hotlead dlq show P:O --bytes`.',
    )
  return found.filter(f => isOpen(f.state))
}

/** Of letters that were named, so that asking twice is answered twice. */
function alreadyRetried(found: readonly Found[]): Retried[] {
  return found.flatMap(({ letter, noted }) =>
    noted?.note === 'retried' ? [{ outcome: 'there', letter, place: noted.place }] : [],
  )
}

function mendedOf(args: Args, { positions }: Selection): Buffer | undefined {
  const file = args.text('mended')
  if (file === undefined) return undefined
  if (positions?.length !== 1)
    throw usage(
      '--mended is the event of one letter.',
      'Name it: `hotlead dlq retry 3:17 --mended event.json`.',
    )
  const bytes = givenFile(file, 'Give the event as JSON, such as `hotlead dlq show 3:17 --bytes` writes it.')
  if (bytes.length > MAX_EVENT_BYTES)
    throw usage(`${file} has ${bytes.length} bytes, and an event may have ${MAX_EVENT_BYTES}.`)
  return bytes
}

/** Records of activity as they are; what nobody can read says nothing. */
function readable(config: CliConfig, codec: Awaited<ReturnType<typeof openCodec<'activity'>>>) {
  const unknown = new Set<number>()
  return async ({ value }: LogRecord) => {
    if (value === null) return undefined
    const id = value.length >= 5 ? value.readUInt32BE(1) : -1
    if (unknown.has(id)) return undefined
    try {
      return await decode(config, codec, value)
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error
      if (error.schemaId !== undefined) unknown.add(error.schemaId)
      return undefined
    }
  }
}

function report(retried: readonly Retried[], terminal: Terminal): void {
  if (terminal.json) terminal.value(retriedJson(retried))
  else for (const line of retriedLines(retried, terminal.width)) terminal.line(line)
  const refused = retried.filter(r => r.outcome === 'refused')
  if (refused.length > 0)
    throw new CliError(
      EXIT.failed,
      `${lettersText(refused.length)} ${refused.length === 1 ? 'was' : 'were'} not sent, and ${refused.length === 1 ? 'waits' : 'wait'} as before.`,
      nextOf(refused),
    )
}

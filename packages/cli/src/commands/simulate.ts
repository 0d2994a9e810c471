import { availableParallelism } from 'node:os'
import { FOLDED } from '@hotlead/processors'
import { simulate as simulateLog } from '@hotlead/whatif'
import type { Kafka } from 'kafkajs'
import type { ActivityLog } from '../activityLog.ts'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { type CliConfig, readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { openCodec } from '../registry.ts'
import { openEvents } from '../simulate/eventsFile.ts'
import { simulationLines } from '../simulate/lines.ts'
import { openLog } from '../simulate/log.ts'
import { currentModel, modelFrom } from '../simulate/models.ts'
import { progressOn } from '../simulate/progress.ts'
import { type ModelText, simulateInThreads } from '../simulate/threads.ts'
import { windowOf } from '../simulate/window.ts'
import type { Terminal } from '../terminal.ts'

/** Records from which on threads are quicker than their start. */
const MANY = 100_000

export const simulate: Command = {
  name: 'simulate',
  takes: ['MODEL'],
  about: 'Who would have become HOT by a draft model, on the real log of what leads did',
  details:
    'Folds the log with the model of the file as if it had been active from the start, and with the one that is active\n' +
    'now (or another file) beside it: who becomes HOT by which and when, how many alerts a day, on which leads they\n' +
    'differ most and why. What came before --from is history and decides where leads stand. Reads only: nothing is\n' +
    'published, and nobody is told.\n' +
    'A file of events is folded in its order. When an event came is its receivedAt, else sentAt, else timestamp; one\n' +
    'that stands after later ones counts at its own time, but moves leads only from the time before it.',
  options: {
    from: {
      type: 'string',
      value: 'TIME',
      about: 'Report moves from then on: ISO 8601, 30d (ago); default the log’s start',
    },
    to: { type: 'string', value: 'TIME', about: 'Read up to then; default the log’s end' },
    against: {
      type: 'string',
      value: 'MODEL',
      about: 'Compare with current (the active model; default), a file, or none (default with --events)',
    },
    events: {
      type: 'string',
      value: 'FILE',
      about: 'Of a file instead of the log: newline-delimited JSON or .gz, events as SDKs send them',
    },
    threads: {
      type: 'string',
      value: 'N',
      about: `So many at a time (default: one a core, and one alone up to ${MANY.toLocaleString('en')} records)`,
    },
    limit: { type: 'string', value: 'N', about: 'Leads shown of each list (default 10; --json has all)' },
    ...WORKSPACE_OPTION,
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead simulate draft.yaml', 'against the model that is active'],
    ['hotlead simulate draft.yaml --from 30d', 'the alerts of the last month'],
    ['hotlead simulate draft.yaml --against models/default.yaml', 'two files'],
    ['hotlead simulate draft.yaml --events events.ndjson.gz', 'needs nothing that runs'],
    ['hotlead simulate draft.yaml --json | jq .days', 'for programs'],
  ],
  async run(args, terminal) {
    const draft = modelFrom(args.positionals[0] as string, terminal)
    const [from, to] = windowOf(args)
    const limit = args.whole('limit', 10, 0)
    const { workspace } = args
    const config = readConfig()
    const file = args.text('events')
    // A file alone needs nothing that runs.
    const against = args.text('against') ?? (file === undefined ? 'current' : 'none')
    const kafka = file === undefined ? await connectKafka(config) : undefined
    const other = await modelAgainst(against, { config, kafka, workspace, terminal })
    const models = other ? [draft, other] : [draft]
    const log = kafka && (await openLog(config, kafka, await openCodec(config, 'activity', FOLDED)))
    const source = log ?? openEvents(file as string, { secret: config.HOTLEAD_SECRET })
    try {
      const started = performance.now()
      const onProgress = progressOn(terminal)
      const threads = log
        ? threadsFor(
            log.activity,
            args.text('threads') === undefined ? undefined : args.whole('threads', 2, 1),
          )
        : 1
      const simulated =
        log && threads > 1
          ? await simulateInThreads({
              log: log.activity,
              threads,
              workspace,
              models,
              from,
              to,
              onProgress: read => onProgress(read / log.activity.size, read),
            })
          : await simulateLog({
              ...source.log({ workspace, to, onProgress }),
              models: models.map(m => m.model),
              ...(from === undefined ? {} : { from }),
            })
      if (terminal.isProgressShown) terminal.progress('')
      const seconds = (performance.now() - started) / 1000
      for (const note of source.notes(simulated.log)) terminal.note(note)
      if (terminal.json) return terminal.value({ workspace, ...simulated.log, seconds, ...simulated.report })
      const names = ['draft', against === 'current' ? against : 'other'].slice(0, models.length)
      const look = { style: terminal.style.bind(terminal), width: terminal.width }
      for (const line of simulationLines(simulated, { workspace, names, seconds, limit }, look))
        terminal.line(line)
    } finally {
      await source.close()
    }
  },
}

function threadsFor({ size, partitions }: ActivityLog, asked: number | undefined): number {
  return Math.min(asked ?? (size > MANY ? availableParallelism() : 1), partitions.length)
}

async function modelAgainst(
  against: string,
  o: { config: CliConfig; kafka: Kafka | undefined; workspace: string; terminal: Terminal },
): Promise<ModelText | undefined> {
  if (against === 'none') return undefined
  if (against !== 'current') return modelFrom(against, o.terminal)
  return currentModel(o.config, o.kafka ?? (await connectKafka(o.config)), o.workspace)
}

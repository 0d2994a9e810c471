import type { RedisClient } from '@hotlead/redis'
import type { Kafka } from 'kafkajs'
import { type ActiveModel, activeModels } from './activeModels.ts'
import { ActivityLog } from './activityLog.ts'
import { ask, canAsk } from './ask.ts'
import type { Args, Option } from './command.ts'
import { compare, comparisonLines, type ReadModel } from './comparison.ts'
import type { CliConfig } from './config.ts'
import { CliError, EXIT } from './exit.ts'
import { type Publication, publishModel } from './models.ts'
import { progressLine } from './progressLine.ts'
import { Reading } from './reading.ts'
import { countedOtherwise } from './recount/countedOtherwise.ts'
import { type RecountDone, recount } from './recount/recount.ts'
import { settled } from './recount/settled.ts'
import { openCodec } from './registry.ts'
import { number } from './replay/progress.ts'
import type { Terminal } from './terminal.ts'
import { timeText } from './times.ts'

/** Options of what makes a model active. */
export const PUBLISH_OPTIONS = {
  announce: { type: 'boolean', about: 'Announce leads that become HOT by the change of the model alone' },
  replay: {
    type: 'boolean',
    about: 'Count the past by it too, as far as the log reaches; until then the old numbers serve',
  },
  yes: {
    type: 'boolean',
    short: 'y',
    about: 'Do not show what changes and ask; nothing is asked in a script',
  },
} as const satisfies Record<string, Option>

interface MakeActive {
  args: Args
  config: CliConfig
  kafka: Kafka
  redis: RedisClient
  read: ReadModel
  /** What is written to `models`: a file by itself. */
  source: string
  terminal: Terminal
}

/** Makes a model the one that the workspace is scored by, once whoever is there has seen what changes and agreed. */
export async function makeActive(o: MakeActive): Promise<void> {
  const { args, config, kafka, redis, read, source, terminal } = o
  const { workspace } = args
  const { model } = read
  const { name, version } = model
  const [models, activity, scores, reading] = await Promise.all([
    openCodec(config, 'models'),
    openCodec(config, 'activity'),
    openCodec(config, 'scores'),
    Reading.open(config, kafka, redis),
  ])
  const codecs = { models, activity, scores }
  const look = () => activeModels(config, kafka, redis, { scores, activity }, workspace)
  const { active, published } = await settled(
    { config, kafka, codecs, workspace, look, terminal },
    reading.published(workspace),
  )
  const facts: string[] = []
  if (args.flag('replay')) {
    areAlike(active, workspace)
    const log = await ActivityLog.open(config, kafka, activity)
    const start = await log.startsAt().finally(() => log.close())
    facts.push(...countedOtherwise({ published, active, read, start }))
  }
  // A partition that has it already would judge every lead once more, for nothing; a recount that was given up ends by it.
  const partitions = active.flatMap(({ version: v, recounts }, p) =>
    v === version && facts.length === 0 && !recounts.prepared ? [] : [p],
  )
  const before = [...new Set(active.flatMap(a => a.version ?? []))].filter(v => v !== version)
  let recounted: RecountDone | undefined
  if (partitions.length > 0) {
    if (before.length > 0 && !args.flag('yes') && canAsk()) await agreed(o, reading, facts)
    const { activations, recounts } = published.find(m => m.version === version) ?? {
      activations: [],
      recounts: [],
    }
    const announce = args.flag('announce')
    const publication = { config, kafka, codecs, workspace, model, source }
    const publish = (
      more: Pick<Publication, 'activations' | 'now'>,
      to: readonly number[],
      anew = recounts,
    ) => publishModel({ ...publication, ...more, recounts: anew, announce, partitions: to })
    if (facts.length === 0) {
      const now = Date.now()
      await publish({ activations: [...activations, now], now }, partitions)
    } else {
      await publish({ activations, now: Date.now() }, [])
      const check = async () => {
        const now = await look()
        if (now.some(({ version: v }, p) => v !== active[p]?.version)) throw changedMeanwhile(workspace)
      }
      const draw = progressLine(terminal)
      const onProgress = (doing: string, part?: number) => draw(part, () => doing)
      recounted = await recount({ ...publication, redis, facts, announce, check, onProgress })
      if (terminal.isProgressShown) terminal.progress('')
      const now = Date.now()
      const anew = [...recounts, { id: recounted.id, at: now, facts }]
      await publish({ activations: [...activations, now], now }, [], anew)
    }
  }
  if (terminal.json)
    return terminal.value({
      workspace,
      name,
      version,
      before,
      partitions: partitions.length,
      ...(args.flag('replay') ? { recount: { facts, ...recounted } } : {}),
    })
  if (args.flag('replay') && facts.length === 0)
    terminal.note('No signal counts otherwise than the log was counted: there is nothing to replay.')
  terminal.line(
    partitions.length === 0
      ? `${workspace} is scored by ${name}, version ${version}, already: nothing to do`
      : `${workspace} is scored by ${name}, version ${version}, from now on${before.length > 0 ? ` (before: ${before.join(', ')})` : ''}`,
  )
  if (recounted) terminal.line(recountText(recounted))
}

/** @throws CliError where partitions are scored by different models: what each counted is then not known */
function areAlike(active: readonly ActiveModel[], workspace: string): void {
  if (new Set(active.map(a => a.version)).size > 1)
    throw new CliError(
      EXIT.failed,
      `The partitions of ${workspace} are scored by different models: a publication was interrupted.`,
      'Publish without --replay first: it makes them the same.',
    )
}

/** Shows what changes, and asks. @throws CliError where the answer is no */
async function agreed(
  { args, read, terminal }: MakeActive,
  reading: Reading,
  facts: readonly string[],
): Promise<void> {
  const comparison = await compare(reading, args.workspace, read, terminal)
  for (const line of comparisonLines(comparison, terminal)) terminal.note(line)
  if (facts.length > 0)
    terminal.note(
      '\nThe past is counted anew from the log for what counts otherwise; how many leads move by that is not in these\n' +
        'numbers (`hotlead simulate` shows it). What is older than the log is not counted there any more.',
    )
  if (!(await ask(`\nScore ${args.workspace} by it from now on?`)))
    throw new CliError(EXIT.failed, 'Nothing was changed.', 'Run it again when you mean it.')
}

function changedMeanwhile(workspace: string): CliError {
  return new CliError(
    EXIT.failed,
    `Another model was published for ${workspace} since this one was compared with it. Nothing was changed.`,
    'Run it again.',
  )
}

function recountText({ read, subjects, since, gone, unreadable }: RecountDone): string {
  return (
    `Counted anew: ${number(read)} records of the log, which reaches back to ${since === 0 ? 'nothing' : timeText(since)}; ` +
    `${number(subjects)} leads and visitors have what counts otherwise.` +
    (gone > 0 ? ` ${number(gone)} earlier records are gone (retention).` : '') +
    (unreadable > 0 ? ` ${number(unreadable)} cannot be read, and count for nobody, as with the scorer.` : '')
  )
}

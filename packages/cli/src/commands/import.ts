import { type Command, JSON_OPTION } from '../command.ts'
import { type CliConfig, readConfig } from '../config.ts'
import { counted } from '../counted.ts'
import { postToEdge } from '../edge.ts'
import { CliError, EXIT } from '../exit.ts'
import { BadLines } from '../import/badLines.ts'
import { checkFile } from '../import/checkFile.ts'
import { type Imported, importFile } from '../import/importFile.ts'
import { reportImport } from '../import/report.ts'
import { interruption, pause } from '../interrupt.ts'
import { progressLine } from '../progressLine.ts'
import { deliver } from '../replay/deliver.ts'
import { type LookedThrough, lookThrough } from '../replay/lines.ts'
import { number } from '../replay/progress.ts'
import type { Terminal } from '../terminal.ts'
import { edgeRefusal } from './send.ts'

const NEXT = 'Give newline-delimited JSON, one event a line as SDKs send it, as it is or as .gz.'
/** Batches under way at one time. One ingestor is busy with two; the others are on their way. */
const PARALLEL = 4

export const importEvents: Command = {
  name: 'import',
  takes: ['FILE…'],
  about: 'Send history through the HTTP edge: files of events, each at its own time',
  details:
    'FILE has one JSON object a line, an event as SDKs send it (type, who, timestamp, …), in order of time; as it is or as\n' +
    '.gz. That takes a secret key, in the environment as HOTLEAD_KEY: a command line is seen by others and kept by shells.\n' +
    'Several batches go at one time, and yet everyone’s events in their order. Lines that are no events are left out, and\n' +
    'named at the end, which is then 1. Interrupted, the same command goes on where it was; finished, it does nothing. What\n' +
    'counts once and what may count twice: packages/cli/README.md.',
  options: {
    check: { type: 'boolean', about: 'Only say which lines are no events: nothing is sent' },
    parallel: { type: 'string', value: 'N', about: `Batches at one time, 1 to 16 (default ${PARALLEL})` },
    again: { type: 'boolean', about: 'Send all of it, under the same ids, also what was sent before' },
    state: {
      type: 'string',
      value: 'FOLDER',
      about: 'Where it keeps how far it is (default below .hotlead/)',
    },
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead import history.ndjson --check', 'what is wrong with it'],
    ['HOTLEAD_KEY=… hotlead import 2025.ndjson.gz 2026.ndjson.gz', 'one file after the other'],
  ],
  async run(args, terminal) {
    const files = args.positionals
    const parallel = args.whole('parallel', PARALLEL, 1, 16)
    const config = readConfig()
    const signal = interruption()
    const bad = new BadLines()
    if (args.flag('check')) {
      const checked = []
      for (const file of files) checked.push(await checkFile(file, NEXT, config, bad))
      reportImport({ files: checked, bad, seconds: undefined }, terminal)
      return refuseBad(bad)
    }
    const looked: LookedThrough[] = []
    for (const file of files) looked.push(await lookThrough(file, undefined, NEXT))
    const total = looked.reduce((sum, { lines }) => sum + lines, 0)
    const draw = progressLine(terminal)
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1000
    const sender = edgeSender(config, signal, terminal)
    const imported: Imported[] = []
    let [lines, sent] = [0, 0]
    try {
      for (const [i, file] of files.entries()) {
        if (signal.aborted) break
        const result = await importFile({
          file,
          looked: looked[i] as LookedThrough,
          config,
          again: args.flag('again'),
          folder: args.text('state'),
          parallel,
          send: sender,
          bad: (line, problem) => bad.add(file, line, problem),
          onProgress: (done, tally) =>
            draw((lines + done) / total, () => {
              const rate = (sent + tally.sent) / seconds()
              return `${number(lines + done)} of ${number(total)} lines  ${number(rate)} events/s`
            }),
          note: text => terminal.note(text),
          signal,
        })
        imported.push(result)
        lines += result.lines
        sent += result.sent
      }
    } finally {
      clear(terminal)
    }
    reportImport({ files: imported, bad, seconds: seconds() }, terminal)
    if (imported.length < files.length || imported.some(f => !f.isWhole))
      throw new CliError(EXIT.interrupted, 'Interrupted.', 'The same command goes on from there.')
    refuseBad(bad)
  },
}

function clear(terminal: Terminal): void {
  if (terminal.isProgressShown) terminal.progress('')
}

/** Resolves when the edge has taken the events; false when interrupted. */
function edgeSender(config: CliConfig, signal: AbortSignal, terminal: Terminal) {
  let isKnown = false
  let said = Number.NEGATIVE_INFINITY
  return async (batch: Record<string, unknown>[]): Promise<boolean> => {
    const answer = await deliver({
      post: () => postToEdge(config, '/v1/batch', { batch }),
      pause: ms => pause(ms, signal),
      now: Date.now,
      say(sentence) {
        // All batches under way meet the same edge.
        if (performance.now() - said < 1_000) return
        said = performance.now()
        clear(terminal)
        terminal.note(sentence)
      },
      get isKnown() {
        return isKnown
      },
      signal,
    })
    if (!answer) return false
    // Lines were looked at by the edge's own steps, so it is not about one of them: a key that is not secret, say.
    if (answer.status !== 200 || answer.deadLettered > 0) throw edgeRefusal(answer)
    isKnown = true
    return true
  }
}

function refuseBad(bad: BadLines): void {
  if (bad.count === 0) return
  throw new CliError(
    EXIT.failed,
    `${counted(bad.count, 'line')} ${bad.count === 1 ? 'is no event, and was' : 'are no events, and were'} left out.`,
    'Correct them in a file of their own and import that: this one, changed, would be another file, and be sent from its start.',
  )
}

import { writeFileSync } from 'node:fs'
import {
  attributeTermsOf,
  calibrate as calibration,
  FEWEST_OF_A_KIND,
  termsOf,
  valueFor,
} from '@hotlead/calibrate'
import { OUTCOMES } from '@hotlead/contracts'
import { FOLDED } from '@hotlead/processors'
import { askedOf, outOf } from '../calibrate/asked.ts'
import { draftFor } from '../calibrate/draftFor.ts'
import { type Evidence, gather } from '../calibrate/evidence.ts'
import { jsonOf } from '../calibrate/json.ts'
import { calibrationLines, evidenceLines } from '../calibrate/lines.ts'
import { outcomesOfFile } from '../calibrate/outcomesFile.ts'
import { type Command, JSON_OPTION, WORKSPACE_OPTION } from '../command.ts'
import { readConfig } from '../config.ts'
import { connectKafka } from '../connect.ts'
import { CliError, EXIT } from '../exit.ts'
import { readModelFile, refuseModel } from '../modelFile.ts'
import { openCodec } from '../registry.ts'
import { openEvents } from '../simulate/eventsFile.ts'
import { openLog } from '../simulate/log.ts'
import { progressOn } from '../simulate/progress.ts'

export const calibrate: Command = {
  name: 'calibrate',
  takes: ['MODEL'],
  about:
    'A draft model from outcomes: which of the signals of MODEL tell who is won, and what they are worth',
  details:
    'Outcomes are told to POST /v1/outcomes (follow-ups that ended in opportunity or archive count too), or stand in a CSV\n' +
    'file with the columns lead, outcome and date. Each lead is taken as it was before its first outcome. The latest\n' +
    'quarter is held out: nothing is learned from it, and it says how well the draft does. Rules keep the caps and the\n' +
    'decay that MODEL has. The draft is for a person to read, edit and simulate; nothing is published.',
  options: {
    outcomes: {
      type: 'string',
      value: 'FILE',
      about: 'Of a CSV file: lead, outcome, date; else those of the log',
    },
    events: {
      type: 'string',
      value: 'FILE',
      about: 'Of a file instead of the log: newline-delimited JSON or .gz, events as SDKs send them',
    },
    from: {
      type: 'string',
      value: 'TIME',
      about: 'Only leads that ended from then on: ISO 8601, 365d (ago)',
    },
    to: { type: 'string', value: 'TIME', about: 'Read up to then; default the log’s end' },
    good: {
      type: 'string',
      value: 'LIST',
      about: `What counts as won, of ${OUTCOMES.join(', ')} (default opportunity,won)`,
    },
    others: {
      type: 'boolean',
      about: 'Leads without an outcome count as not won, as long after their last activity as ended ones',
    },
    tier: {
      type: 'string',
      value: 'WISH',
      multiple: true,
      about: 'HOT=50% (so many of its leads won) or HOT=20/week; from the lowest (default HOT=50%)',
    },
    rules: { type: 'string', value: 'N', about: 'Rules at most (default 12)' },
    'held-out': {
      type: 'string',
      value: 'TIME',
      about: 'Held out from then on; default about the latest quarter',
    },
    out: {
      type: 'string',
      value: 'FILE',
      about: 'Where the draft goes; else to stdout, and all else to stderr',
    },
    force: { type: 'boolean', about: 'Overwrite that file' },
    ...WORKSPACE_OPTION,
    ...JSON_OPTION,
  },
  examples: [
    ['hotlead calibrate models/default.yaml --out draft.yaml', 'from the outcomes that the log has'],
    [
      'hotlead calibrate site.yaml --outcomes crm.csv --others',
      'from what the CRM exported, against all leads',
    ],
    ['hotlead calibrate site.yaml --tier WARM=25% --tier HOT=20/week', 'what each tier is to be'],
    ['hotlead calibrate site.yaml --outcomes crm.csv --events events.ndjson.gz', 'needs nothing that runs'],
  ],
  async run(args, terminal) {
    const file = args.positionals[0] as string
    const { parsed } = readModelFile(file)
    if (!parsed.ok) refuseModel(file, parsed.problems, terminal)
    const asked = askedOf(args, parsed.model)
    const out = outOf(args, file)
    const { workspace } = args
    const config = readConfig()
    const told = args.text('outcomes')
    const outcomes = told === undefined ? undefined : outcomesOfFile(told, config.HOTLEAD_SECRET, Date.now())
    const events = args.text('events')
    const source =
      events === undefined
        ? await openLog(config, await connectKafka(config), await openCodec(config, 'activity', FOLDED))
        : openEvents(events, { secret: config.HOTLEAD_SECRET })
    try {
      const started = performance.now()
      const { model, counts } = termsOf(parsed.content)
      const question = { workspace, to: asked.to, onProgress: progressOn(terminal) }
      const evidence = await gather(() => source.log(question), {
        model,
        told: outcomes,
        good: asked.good,
        others: args.flag('others'),
        from: asked.from,
      })
      if (terminal.isProgressShown) terminal.progress('')
      const seconds = (performance.now() - started) / 1000
      for (const note of source.notes(evidence.log)) terminal.note(note)
      // The draft alone is what a pipe wants; what is said about it is for the eye.
      const say = (lines: readonly string[]) => {
        if (terminal.json) return
        for (const line of lines)
          if (out === undefined) terminal.note(line)
          else terminal.line(line)
      }
      say(evidenceLines(evidence, { workspace, seconds }))
      if (!args.flag('others') && asked.tiers.some(t => 'callsPerWeek' in t.wanted))
        terminal.note(
          'So many a week are counted among leads with an outcome: there will be more. With --others all leads count.',
        )
      const terms = [
        ...counts,
        ...attributeTermsOf(
          parsed.model,
          evidence.cases.map(c => c.lead),
        ),
      ]
      const samples = evidence.cases.map(({ good, at, lead }) => ({
        outcome: good,
        at,
        factsUntil: at,
        values: terms.map(term => valueFor(term, lead, at)),
      }))
      const done = calibration(terms, samples, {
        tiers: asked.tiers,
        rules: asked.rules,
        ...(asked.heldOutFrom === undefined ? {} : { heldOutFrom: asked.heldOutFrom }),
      })
      if (!done.ok) throw refused(done.refusal.sentence, evidence)
      const draft = draftFor(done.calibration, { file, out, parsed, good: asked.good })
      if (out !== undefined) writeFileSync(out, draft)
      if (terminal.json) return terminal.value(jsonOf(workspace, evidence, done.calibration, draft))
      say(calibrationLines(done.calibration, { style: terminal.style.bind(terminal), width: terminal.width }))
      if (out === undefined) terminal.line(draft.trimEnd())
      else
        say([
          '',
          `The draft is in ${out}. Read and edit it; \`hotlead simulate ${out}\` says whom it would have called.`,
        ])
    } finally {
      await source.close()
    }
  },
}

function refused(sentence: string, { cases }: Evidence): CliError {
  const won = cases.filter(c => c.good).length
  return new CliError(
    EXIT.failed,
    `${sentence}.`,
    `There are ${won} leads that were won and ${cases.length - won} that were not. About ${4 * FEWEST_OF_A_KIND} of each are enough, since a\n` +
      'quarter is held out: tell more to POST /v1/outcomes or by --outcomes FILE.csv, or let leads without an outcome\n' +
      'count as not won (--others).',
  )
}

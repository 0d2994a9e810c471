import type { Model } from '@hotlead/model'
import { type Command, JSON_OPTION } from '../command.ts'
import { readModelFile, refuseModel } from '../modelFile.ts'
import { modelLines } from '../modelWords.ts'

function jsonOf(model: Model): object {
  const { name, version, signals, scores, tiers } = model
  return {
    name,
    version,
    signals: signals.map(s => s.name),
    scores: scores.map(s => ({ name: s.name, rules: s.rules.map(r => r.name) })),
    tiers: tiers.map(t => t.name),
  }
}

export const modelCheck: Command = {
  name: 'model check',
  takes: ['FILE'],
  about: 'What is wrong with a scoring model, each with its line; or what it says, in words',
  details:
    'Reads the file only and needs nothing that runs. It ends with 1 where there is a problem, so that it can stand in\n' +
    'a commit hook.',
  options: { ...JSON_OPTION },
  examples: [['hotlead model check models/default.yaml', 'before publishing it']],
  async run(args, terminal) {
    const file = args.positionals[0] as string
    const { parsed } = readModelFile(file)
    if (!parsed.ok) refuseModel(file, parsed.problems, terminal)
    const { model } = parsed
    if (terminal.json) return terminal.value({ ok: true, problems: [], model: jsonOf(model) })
    terminal.line(`${file} is right: the model ${model.name}, version ${model.version}`)
    terminal.line()
    const look = { style: terminal.style.bind(terminal), width: terminal.width }
    for (const line of modelLines(model, look)) terminal.line(line)
  },
}

import { readFileSync } from 'node:fs'
import { type Model, parseModel } from '@hotlead/model'
import { type Command, JSON_OPTION } from '../command.ts'
import { CliError, EXIT } from '../exit.ts'
import { modelLines } from '../modelWords.ts'
import { printable } from '../terminal.ts'

/** @throws CliError (not found) where the file cannot be read */
function sourceOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code, message } = cause as { code?: string; message: string }
    throw new CliError(
      code === 'ENOENT' ? EXIT.notFound : EXIT.failed,
      code === 'ENOENT' ? `There is no file ${file}.` : `${file} cannot be read: ${message}.`,
      'Give the path of a scoring model in YAML, such as models/default.yaml.',
      cause,
    )
  }
}

function jsonOf(model: Model): object {
  const { name, version, signals, rules, tiers } = model
  return { name, version, signals: signals.map(s => s.name), rules, tiers }
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
    const parsed = parseModel(sourceOf(file))
    if (parsed.ok) {
      const { model } = parsed
      if (terminal.json) return terminal.value({ ok: true, problems: [], model: jsonOf(model) })
      terminal.line(`${file} is right: the model ${model.name}, version ${model.version}`)
      terminal.line()
      const look = { style: terminal.style.bind(terminal), width: terminal.width }
      for (const line of modelLines(model, look)) terminal.line(line)
      return
    }
    const { problems } = parsed
    if (terminal.json) terminal.value({ ok: false, problems })
    else
      for (const p of problems) {
        const place = terminal.style('bold', `${file}:${p.line}:${p.column}`)
        terminal.line(`${place}  ${p.path === '' ? '' : `${printable(p.path)}: `}${printable(p.message)}`)
      }
    throw new CliError(
      EXIT.failed,
      `${file} has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}.`,
    )
  },
}

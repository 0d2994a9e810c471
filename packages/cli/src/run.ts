import { readFileSync } from 'node:fs'
import { nearest } from '@hotlead/model'
import { ConfigError } from '@hotlead/service'
import { Args, type Command } from './command.ts'
import { commands } from './commands.ts'
import { CliError, EXIT } from './exit.ts'
import { commandHelp, overview } from './help.ts'
import { refusalOf } from './refusal.ts'
import { quoted, type Stream, Terminal } from './terminal.ts'

export interface Environment {
  NO_COLOR?: string | undefined
  TERM?: string | undefined
  HOTLEAD_DEBUG?: string | undefined
}

/** Runs a command line. @returns the exit code */
export async function run(
  argv: string[],
  env: Environment,
  { stdout, stderr }: { stdout: Stream; stderr: Stream } = process,
): Promise<number> {
  const terminal = new Terminal(stdout, stderr, env, argv.includes('--json'))
  try {
    const found = find(argv)
    if (!found) {
      if (argv[0] === '--version' || argv[0] === '-v') {
        const version = ownVersion()
        if (terminal.json) terminal.value({ version })
        else terminal.line(`hotlead ${version}`)
        return EXIT.ok
      }
      const verbs = verbsOf(argv[0] === 'help' ? argv[1] : argv[0])
      if (verbs.length > 0 && (argv[0] === 'help' || argv.some(a => a === '--help' || a === '-h'))) {
        terminal.line(verbs.map(commandHelp).join('\n\n'))
        return EXIT.ok
      }
      if (argv.length === 0 || argv[0] === '--help' || argv[0] === '-h' || argv[0] === 'help') {
        const about = argv[0] === 'help' ? find(argv.slice(1)) : undefined
        terminal.line(about ? commandHelp(about.command) : overview(commands))
        return argv.length === 0 ? EXIT.usage : EXIT.ok
      }
      throw unknown(argv)
    }
    const args = Args.parse(found.command, found.rest)
    if (args.flag('help')) {
      terminal.line(commandHelp(found.command))
      return EXIT.ok
    }
    await found.command.run(args, terminal)
    return EXIT.ok
  } catch (error) {
    return report(error, terminal, Boolean(env.HOTLEAD_DEBUG))
  }
}

/** The command with the most words that the line starts with. */
function find(argv: string[]): { command: Command; rest: string[] } | undefined {
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ')
    const command = commands.find(c => c.name === name)
    if (command) return { command, rest: argv.slice(words) }
  }
  return undefined
}

/** Commands whose first word is a noun with verbs of its own. */
function verbsOf(noun = ''): Command[] {
  return commands.filter(c => c.name.startsWith(`${noun} `))
}

function unknown(argv: string[]): CliError {
  const [first = '', second] = argv
  const verbs = verbsOf(first).map(c => c.name)
  if (verbs.length > 0) {
    const tryOne = `Try one of: ${verbs.join(', ')}.`
    if (second === undefined || second.startsWith('-'))
      return new CliError(EXIT.usage, `hotlead ${first} needs a verb.`, tryOne)
    return new CliError(
      EXIT.usage,
      `hotlead ${first} has no verb ${quoted(second)}.`,
      meant(`${first} ${second}`, verbs) ?? tryOne,
    )
  }
  const words = [...new Set(commands.map(c => c.name.split(' ')[0] as string))]
  return new CliError(
    EXIT.usage,
    `hotlead has no command ${quoted(first)}.`,
    meant(first, words) ?? 'See `hotlead --help` for those it has.',
  )
}

function meant(word: string, known: readonly string[]): string | undefined {
  const near = nearest(word, known)
  return near && `Did you mean \`hotlead ${near}\`? See \`hotlead --help\` for all commands.`
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return version
}

function report(error: unknown, terminal: Terminal, debug: boolean): number {
  if (error instanceof ConfigError) {
    const { problems, exitCode } = error
    const next = 'Correct or unset it in the environment; docs/configuration.md lists every variable.'
    if (terminal.json)
      terminal.note(JSON.stringify({ error: `${problems.join('; ')}.`, next, exitCode, problems }))
    else {
      for (const problem of problems) terminal.note(`hotlead: ${problem}.`)
      terminal.note(next)
    }
    return exitCode
  }
  const { exitCode, message, next } = refusalOf(error)
  if (terminal.json) terminal.note(JSON.stringify({ error: message, next, exitCode }))
  else {
    terminal.note(`hotlead: ${message}`)
    if (next) terminal.note(next)
  }
  if (debug) console.error(error)
  return exitCode
}

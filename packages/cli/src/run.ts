import { ConfigError, fatalSentence } from '@hotlead/service'
import { Args, type Command } from './command.ts'
import { commands } from './commands.ts'
import { CliError, EXIT } from './exit.ts'
import { commandHelp, overview } from './help.ts'
import { Terminal } from './terminal.ts'

export interface Environment {
  NO_COLOR?: string | undefined
  TERM?: string | undefined
  HOTLEAD_DEBUG?: string | undefined
}

/** Runs a command line. @returns the exit code */
export async function run(argv: string[], env: Environment): Promise<number> {
  const terminal = new Terminal(process.stdout, process.stderr, env, argv.includes('--json'))
  try {
    const found = find(argv)
    if (!found) {
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

function unknown(argv: string[]): CliError {
  const [first = ''] = argv
  const verbs = commands.filter(c => c.name.startsWith(`${first} `)).map(c => c.name)
  return verbs.length > 0
    ? new CliError(EXIT.usage, `hotlead ${first} needs a verb.`, `Try one of: ${verbs.join(', ')}.`)
    : new CliError(EXIT.usage, `hotlead has no command “${first}”.`, 'See `hotlead --help` for those it has.')
}

function report(error: unknown, terminal: Terminal, debug: boolean): number {
  if (error instanceof ConfigError) {
    for (const problem of error.problems) terminal.note(problem)
    return error.exitCode
  }
  const exitCode = error instanceof CliError ? error.exitCode : EXIT.failed
  const message = error instanceof CliError ? error.message : fatalSentence(error)
  const next =
    error instanceof CliError ? error.next : 'Set HOTLEAD_DEBUG=1 to see where it happened, and report it.'
  if (terminal.json) terminal.note(JSON.stringify({ error: message, next, exitCode }))
  else {
    terminal.note(`hotlead: ${message}`)
    if (next) terminal.note(next)
  }
  if (debug) console.error(error)
  return exitCode
}

import { parseArgs } from 'node:util'
import { usage } from './exit.ts'
import type { Terminal } from './terminal.ts'
import { quoted } from './terminal.ts'
import { parseTime } from './times.ts'

export interface Option {
  type: 'string' | 'boolean'
  short?: string
  /** How the value is called in the help. */
  value?: string
  /** It may be given more than once. */
  multiple?: true
  about: string
}

/** One verb: its help is made from the same data as its arguments. */
export interface Command {
  /** As it is typed; two words for a verb of a noun. */
  name: string
  /** Positional arguments in order. In brackets where one may be left out; the last with … where it may be repeated. */
  takes?: readonly string[]
  about: string
  /** What a person should know beyond the line above. */
  details?: string
  options: Readonly<Record<string, Option>>
  examples: readonly (readonly [line: string, about: string])[]
  run(args: Args, terminal: Terminal): Promise<void>
}

export const JSON_OPTION = { json: { type: 'boolean', about: 'As JSON, for programs' } } as const
export const WORKSPACE_OPTION = {
  workspace: { type: 'string', value: 'NAME', about: 'Workspace (default demo)' },
} as const

/** What was typed after the command's name. */
export class Args {
  readonly positionals: readonly string[]
  readonly #values: Record<string, string | boolean | string[] | undefined>

  constructor(
    positionals: readonly string[],
    values: Record<string, string | boolean | string[] | undefined>,
  ) {
    this.positionals = positionals
    this.#values = values
  }

  /** @throws CliError (usage) naming the argument or option that is wrong */
  static parse(command: Command, argv: string[]): Args {
    const options = Object.fromEntries(
      Object.entries({ ...command.options, help: { type: 'boolean' as const, short: 'h' } }).map(
        ([name, o]) => [
          name,
          {
            type: o.type,
            ...('short' in o && o.short ? { short: o.short as string } : {}),
            ...('multiple' in o && o.multiple ? { multiple: true } : {}),
          },
        ],
      ),
    )
    let parsed: { values: Record<string, unknown>; positionals: string[] }
    try {
      parsed = parseArgs({
        args: withNegatives(argv, options),
        options,
        allowPositionals: true,
        strict: true,
      })
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      const option = /^Option '(?:-\w, )?--([\w-]+)(?: <value>)?' argument/.exec(message)?.[1]
      if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE' && option !== undefined)
        throw usage(
          `--${option} needs ${command.options[option]?.value ?? 'a value'} after it.`,
          help(command),
        )
      throw usage(`${(error as Error).message.split('. To specify')[0]}`, help(command))
    }
    const takes = command.takes ?? []
    const needed = takes.filter(t => !t.startsWith('['))
    const { positionals } = parsed
    if (parsed.values.help !== true) {
      const empty = positionals.findIndex(p => p.trim() === '')
      if (empty >= 0)
        throw usage(
          `${takes[Math.min(empty, takes.length - 1)] ?? 'What was given'} of hotlead ${command.name} is empty.`,
          help(command),
        )
      if (positionals.length < needed.length)
        throw usage(`hotlead ${command.name} needs ${needed[positionals.length]}.`, help(command))
      if (positionals.length > takes.length && !takes.at(-1)?.includes('…'))
        throw usage(
          `hotlead ${command.name} does not know what to do with ${quoted(positionals[takes.length] ?? '')}.`,
          help(command),
        )
    }
    return new Args(positionals, parsed.values as Record<string, string | boolean>)
  }

  flag(name: string): boolean {
    return this.#values[name] === true
  }

  text(name: string): string | undefined {
    const value = this.#values[name]
    return typeof value === 'string' ? value : undefined
  }

  /** Every value of an option that may be repeated. */
  list(name: string): readonly string[] {
    const values = this.#values[name]
    return Array.isArray(values) ? values : []
  }

  /**
   * A point in time, in ms since 1970.
   * @param next what to give instead, where not every time may be given @throws CliError (usage) where it is none
   */
  time(
    name: string,
    now: number,
    next = `For instance --${name} 2026-11-24T09:30:00Z, --${name} 2h (ago) or --${name} now.`,
  ): number | undefined {
    const given = this.text(name)
    if (given === undefined) return undefined
    const time = parseTime(given, now)
    if (time === undefined) throw usage(`--${name} is ${quoted(given)} and must be a time.`, next)
    return time
  }

  /** @throws CliError (usage) where it is no number within the bounds */
  number(name: string, initial: number, min: number, max = Number.POSITIVE_INFINITY): number {
    const given = this.text(name)
    if (given === undefined) return initial
    const number = Number(given)
    if (given.trim() === '' || !Number.isFinite(number) || number < min || number > max)
      throw usage(
        `--${name} is ${quoted(given)} and must be a number ${max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`}.`,
        `For instance --${name} ${initial}.`,
      )
    return number
  }

  whole(name: string, initial: number, min: number, max?: number): number {
    const number = this.number(name, initial, min, max)
    if (!Number.isInteger(number))
      throw usage(`--${name} is ${number} and must be a whole number.`, `For instance --${name} ${initial}.`)
    return number
  }

  get workspace(): string {
    return this.text('workspace') ?? 'demo'
  }
}

/** `--limit -1` as `--limit=-1`: Node takes a dash for the next option, and no option of ours begins with a digit. */
function withNegatives(
  argv: readonly string[],
  options: Readonly<Record<string, { type: string }>>,
): string[] {
  const words: string[] = []
  for (const [i, word] of argv.entries()) {
    const before = argv[i - 1]
    const takesIt = before?.startsWith('--') === true && options[before.slice(2)]?.type === 'string'
    if (takesIt && /^-\d/.test(word) && !argv.slice(0, i).includes('--'))
      words[words.length - 1] += `=${word}`
    else words.push(word)
  }
  return words
}

function help(command: Command): string {
  return `See hotlead ${command.name} --help.`
}

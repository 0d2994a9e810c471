import type { Command } from './command.ts'

const EXIT_CODES = [
  '0    done',
  '1    failed: the message says what and what to do',
  '2    the command line is wrong',
  '3    not found: no such lead, model or file',
  '69   a part does not answer (Kafka, Redis, registry, a service), or rebuilds its state',
  '78   the environment configures something wrongly',
  '130  interrupted',
]

/** `hotlead --help`. */
export function overview(commands: readonly Command[]): string {
  const names = commands.map(usageOf)
  const wide = Math.max(...names.map(n => n.length)) + 2
  return [
    'hotlead: which leads are close to buying, and why.',
    '',
    'Usage: hotlead COMMAND [options]',
    '',
    ...commands.map((c, i) => `  ${(names[i] as string).padEnd(wide)}${c.about}`),
    '',
    'Every command takes --help (with examples) and --json; hotlead --version says which this is.',
    'Colour only on a terminal, and never with NO_COLOR set.',
    '',
    'Exit codes',
    ...EXIT_CODES.map(line => `  ${line}`),
  ].join('\n')
}

export function commandHelp(command: Command): string {
  const options = Object.entries({
    ...command.options,
    help: { type: 'boolean' as const, short: 'h', about: 'This text' },
  }).map(([name, o]) => {
    const short = 'short' in o && o.short ? `-${o.short}, ` : ''
    const value = 'value' in o && o.value ? ` ${o.value}` : ''
    return [`${short}--${name}${value}`, o.about] as const
  })
  const wide = Math.max(...options.map(([o]) => o.length)) + 2
  const lines = command.examples.map(([line]) => line)
  const exampleWide = Math.max(...lines.map(l => l.length)) + 2
  return [
    `${command.about}.`,
    '',
    `Usage: hotlead ${usageOf(command)} [options]`,
    ...(command.details ? ['', command.details] : []),
    '',
    'Options',
    ...options.map(([option, about]) => `  ${option.padEnd(wide)}${about}`),
    '',
    'Examples',
    ...command.examples.flatMap(([line, about]) =>
      exampleWide + about.length + 4 <= 100
        ? [`  ${line.padEnd(exampleWide)}# ${about}`]
        : [`  # ${about}`, `  ${line}`],
    ),
  ].join('\n')
}

function usageOf(command: Command): string {
  return [command.name, ...(command.takes ?? [])].join(' ')
}

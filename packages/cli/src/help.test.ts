import { Args, type Command } from './command.ts'
import { commands } from './commands.ts'
import { CliError } from './exit.ts'
import { commandHelp, overview } from './help.ts'

describe.each(commands.map(c => [c.name, c] as const))('hotlead %s', (name, command) => {
  test('says what it is for, without a full stop of its own', () => {
    expect(command.about).toMatch(/^[A-Z].*[^.]$/)
  })

  test('has examples that it takes itself', () => {
    expect(command.examples.length).toBeGreaterThan(0)
    for (const [line, about] of command.examples) {
      expect(about).not.toBe('')
      const words = wordsOf(line)
      expect(words.slice(0, 1 + name.split(' ').length).join(' ')).toBe(`hotlead ${name}`)
      expect(() => Args.parse(command, words.slice(1 + name.split(' ').length))).not.toThrow()
    }
  })

  test('documents every option, --json among them', () => {
    const help = commandHelp(command)
    for (const [option, { about, type, value }] of Object.entries(command.options)) {
      expect(about).not.toBe('')
      expect(help).toContain(`--${option}`)
      if (type === 'string') expect(value).toBeTruthy()
    }
    expect(Object.keys(command.options)).toContain('json')
    expect(help.split('\n').every(line => line.length <= 120)).toBe(true)
  })

  test('refuses what it does not know', () => {
    expect(() => Args.parse(command, ['--nonsense'])).toThrow(CliError)
  })
})

test('the overview names every command and every exit code', () => {
  const text = overview(commands)
  for (const c of commands) expect(text).toContain(`  ${c.name}`)
  for (const code of [0, 1, 2, 3, 69, 78, 130]) expect(text).toMatch(new RegExp(`^ {2}${code} `, 'm'))
})

test('an option that may be repeated gives all its values', () => {
  const command: Command = {
    name: 'x',
    about: 'X',
    options: { p: { type: 'string', value: 'V', multiple: true, about: 'P' } },
    examples: [],
    run: async () => {},
  }
  expect(Args.parse(command, ['--p', '1', '--p=2']).list('p')).toEqual(['1', '2'])
  expect(Args.parse(command, []).list('p')).toEqual([])
})

/** Words of an example after its variables and before its pipe or file, as a shell would split them. */
function wordsOf(line: string): string[] {
  const command = line.split(/ [|>] /)[0]?.replace(/^([A-Z_]+=\S+ )+/, '') ?? ''
  return [...command.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(m => m[0].replaceAll(/["']/g, ''))
}

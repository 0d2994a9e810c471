import fc from 'fast-check'
import { keys } from '../../test/arbitraries.ts'
import { type Content, content } from '../../test/models.ts'
import { type Parsed, parseModel, printModel } from '../index.ts'

const making = { scale: 'long', min: -10 } as const

/** The model as data: functions are left out. @throws where the text is not sound */
function read(parsed: Parsed): { version: string; content: unknown; model: string } {
  if (!parsed.ok)
    throw new Error(parsed.problems.map(p => `${p.file}:${p.line} ${p.path}: ${p.message}`).join('\n'))
  const model = JSON.stringify(parsed.model, (_key, v) => (v instanceof Map || v instanceof Set ? [...v] : v))
  return { version: parsed.model.version, content: parsed.content, model }
}

test('a model that is printed and read again is the same one, of the same version', () => {
  fc.assert(
    fc.property(
      content(making),
      fc.string(),
      fc.string({ unit: 'binary', maxLength: 80 }),
      (c, description, text) => {
        // Texts of any kind: quotes, line ends, what looks like a number.
        const odd = {
          ...c,
          description,
          segments: { ...(c.segments as object), odd: { consent: `x${text}` } },
        }
        const first = read(parseModel(JSON.stringify(odd)))
        const again = read(parseModel(printModel(first.content)))
        expect(again).toEqual(first)
        expect(first.content).toEqual(odd)
      },
    ),
    { numRuns: 15 },
  )
})

const LISTS = ['rules', 'phases', 'suppress', 'tiers']
const MAPS = ['signals', 'groups', 'scores', 'segments']

/**
 * A content in two files: of every section a part in each, and some of the other file's replaced by the first's. Lists are
 * cut, so that the other file's entries come first, as they do in the whole.
 */
function split(c: Content, choice: Iterator<number>): { own: object; base: object } {
  const own: Record<string, unknown> = { name: c.name, extends: 'base' }
  const base: Record<string, unknown> = { description: 'the other file', name: 'base' }
  const next = () => choice.next().value as number
  for (const [section, value] of Object.entries(c)) {
    if (LISTS.includes(section)) {
      const list = value as { name: string }[]
      const cut = next() % (list.length + 1)
      const replaced = list.map(() => next() % 3 === 0)
      base[section] = list.slice(0, cut).map((e, i) => (replaced[i] ? { name: e.name, replaced: true } : e))
      own[section] = list.filter((_, i) => i >= cut || replaced[i])
    } else if (MAPS.includes(section)) {
      const entries = Object.entries(value as object)
      const where = entries.map(() => next() % 3)
      base[section] = Object.fromEntries(entries.filter((_, i) => where[i] !== 0))
      own[section] = Object.fromEntries(entries.filter((_, i) => where[i] !== 1))
    } else if (section !== 'name') (next() % 2 === 0 ? own : base)[section] = value
  }
  if (c.description === undefined) delete base.description
  return { own, base }
}

test('a model in two files is the model of the whole, printed too', () => {
  fc.assert(
    fc.property(content(making), keys, (c, choice) => {
      const { own, base } = split(c, choice)
      const files = () => ({ file: 'base', source: printModel(base) })
      const whole = read(parseModel(JSON.stringify(c)))
      const two = read(parseModel(printModel(own), { files }))
      expect(two.version).toBe(whole.version)
      expect(read(parseModel(printModel(two.content))).version).toBe(whole.version)
      expect(two.content).not.toHaveProperty('extends')
    }),
    { numRuns: 12 },
  )
})

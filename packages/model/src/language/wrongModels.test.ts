import { readFileSync } from 'node:fs'
import { parseModel } from '../index.ts'

const file = readFileSync(new URL('../../test/wrongModels.txt', `file://${__filename}`), 'utf8')

const SOUND = {
  name: 'name: x',
  signals: 'signals:\n  page-view: { type: page }\n  signup: { name: Signed Up }',
  rules: 'rules:\n  - { signal: page-view, points: 1 }',
  tiers: 'tiers:\n  - name: COLD\n  - name: HOT\n    enter: { score: { atLeast: 1 } }',
}

/** What is wrong, the text, and what is to be said of it. */
const cases = file
  .split(/^# /m)
  .slice(1)
  .map((block): [string, string, string[]] => {
    const [title = '', ...lines] = block.trimEnd().split('\n')
    const text = lines.filter(l => !l.startsWith('> ')).join('\n')
    const rest = Object.entries(SOUND).flatMap(([section, its]) =>
      new RegExp(`^${section}:`, 'm').test(text) ? [] : [its],
    )
    return [
      title,
      title.endsWith('(alone)') ? text : [text, ...rest].join('\n'),
      lines.filter(l => l.startsWith('> ')).map(l => l.slice(2)),
    ]
  })

test('there are over 200 of them, and what stands in for the rest is sound', () => {
  expect(cases.length).toBeGreaterThan(200)
  expect(new Set(cases.map(c => c[0])).size).toBe(cases.length)
  expect(parseModel(Object.values(SOUND).join('\n')).ok).toBe(true)
})

test.each(cases)('%s', (_what, source, expected) => {
  const parsed = parseModel(source, { file: 'model.yaml' })
  const said = parsed.ok
    ? []
    : parsed.problems.map(
        ({ file, line, column, path, message }) =>
          `${file}:${line}:${column} ${path === '' ? '' : `${path}: `}${message}`,
      )
  expect(said).toEqual(expected)
})

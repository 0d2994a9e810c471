import { readFileSync } from 'node:fs'
import { DAY, event, HOUR, leadAfter, modelOf, NOON } from '../test/leads.ts'
import { parseModel, scoreOf } from './index.ts'

const readme = readFileSync(new URL('../README.md', `file://${__filename}`), 'utf8')
const source = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] as string

test('the example is a sound model', () => {
  expect(parseModel(source)).toMatchObject({ ok: true, model: { name: 'small' } })
})

test('the misspelt word is answered as the page says', () => {
  const wrong = `name: x\nsignals:\n  a: { type: page }\nrules:\n  - point: 1\n    points: 1\n    signal: a\ntiers:\n  - name: A\n  - name: B\n    enter: { score: { above: 1 } }`
  const parsed = parseModel(wrong)
  const said = parsed.ok
    ? ''
    : parsed.problems.map(p => `${p.line}:${p.column} ${p.path}: ${p.message}`).join()
  expect(readme).toContain(`\`${said}\``)
})

test('the worked example', () => {
  const model = modelOf(source)
  const lead = leadAfter(
    model,
    [1, 2, 3].map(minute => event({ path: '/pricing', at: NOON + minute * 60_000 })),
  )
  const { millipoints, contributions } = scoreOf(model, lead, NOON + HOUR + 7 * DAY)
  expect(contributions).toEqual([
    { rule: 'page-view', millipoints: 1_500 },
    { rule: 'pricing', millipoints: 8_000 },
  ])
  expect(readme).toContain(`The score is ${(millipoints / 1000).toFixed(3)}.`)
})

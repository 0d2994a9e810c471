import { readdirSync, readFileSync } from 'node:fs'
import { DAY, event, HOUR, leadAfter, modelOf, NOON } from '../test/leads.ts'
import { MOST_VALUES } from './facts/values.ts'
import { MOST_VISITS } from './facts/visits.ts'
import { parseModel, scoreBy, scoreOf } from './index.ts'
import { LEAVES } from './language/schema/condition.ts'
import { modelSchema } from './language/schema/model.ts'
import { tests } from './language/schema/test.ts'

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
  // The fourth column: the rule that the page gives, in a score of its own.
  const [rule] = /\{ signal: pricing, brackets: .* \}/.exec(
    readme.replace(/\n/g, ' ').split('in a score')[0] as string,
  ) as RegExpExecArray
  const [{ millipoints: limited }, { millipoints: whole }] = [rule, rule.replace(', limit: 8', '')].map(
    text =>
      scoreBy(
        modelOf(source.replace('\ntiers:', `\nscores:\n  other:\n    rules:\n      - ${text}\n\ntiers:`))
          .scores[1] as never,
        lead,
        NOON + HOUR + 7 * DAY,
      ),
  ) as unknown as [{ millipoints: number }, { millipoints: number }]
  expect([limited, whole]).toEqual([8_000, 10_000])
  expect(readme).toContain(
    `The score is ${(millipoints / 1000).toFixed(3)}, and the other one ${(limited / 1000).toFixed(3)}.`,
  )
})

/** Words of the language that tables explain: a setting that is left out here, the page does not have. */
test('every section, condition and test is on the page', () => {
  const words = [
    ...Object.keys(modelSchema.shape),
    ...LEAVES,
    ...Object.keys(tests),
    ...[
      'perDay',
      'perWeek',
      'perPeriod',
      'total',
      'once',
      'sum',
      'distinct',
      'visits',
      'gap',
      'table',
      'brackets',
    ],
    ...[
      'otherwise',
      'unknown',
      'again',
      'dwell',
      'coolDown',
      'since: tier',
      'anyOf',
      'halfLife',
      'linear',
      'window',
      'steps',
    ],
  ].filter(w => w !== 'name' && w !== 'description')
  expect(words.filter(w => !new RegExp(`\\b${w}\\b`).test(readme))).toEqual([])
})

test('the bounds that the page names are those of the code', () => {
  expect(readme).toContain(`the latest ${MOST_VALUES} |`)
  expect(readme).toContain(`The latest ${MOST_VISITS} keep both ends`)
  const wrong = readFileSync(new URL('../test/wrongModels.txt', `file://${__filename}`), 'utf8')
  expect(readme).toContain(`[${wrong.match(/^# /gm)?.length} wrong models]`)
})

test('the example models say on their first line which idea they show', () => {
  const folder = new URL('../../../models/', `file://${__filename}`)
  for (const name of readdirSync(folder).filter(n => n !== 'default.yaml'))
    expect([name, readFileSync(new URL(name, folder), 'utf8').slice(0, 8)]).toEqual([name, '# Shows '])
})

import { parseModel } from '@hotlead/model'
import { FIRST, loadModel } from './model.ts'

test('is a model, whatever is drawn', () => {
  for (const plan of ['team', 'business'] as const)
    expect(parseModel(loadModel({ ...FIRST, plan, gap: 45 }))).toMatchObject({ ok: true })
})

test('says all that the language has', () => {
  const text = loadModel(FIRST)
  const words = [
    'distinct',
    'visits',
    'sum',
    'table',
    'brackets',
    'points }',
    'groups',
    'scores',
    'unknown',
    'grid',
    'phase',
  ]
  for (const word of [
    ...words,
    'segment',
    'suppress',
    'again',
    'of:',
    'since: tier',
    'consent',
    'perWeek',
    'perPeriod',
    'once',
    'limit',
  ])
    expect([word, text.includes(word)]).toEqual([word, true])
})

import { readFileSync } from 'node:fs'
import { newLead, observe, once, parseModel } from '@hotlead/model'
import { Question } from './question.ts'
import { type Ranked, Ranking, rank, rankingLines } from './ranking.ts'
import type { KeyView } from './reading.ts'
import { Terminal } from './terminal.ts'

const parsed = parseModel(readFileSync(new URL('../../../models/default.yaml', import.meta.url), 'utf8'))
if (!parsed.ok) throw new Error('the default model has problems')
const { model } = parsed
const NOW = Date.UTC(2026, 10, 24, 12, 30)

function view(signals: string[], more: { alias?: string; email?: string } = {}): KeyView {
  const attributes = more.email === undefined ? undefined : { email: more.email }
  const lead = observe(
    model,
    newLead(),
    { at: NOW, id: 1, signals: signals.map(once), what: 'page /', attributes },
    NOW,
  )
  const score = {
    offset: 1,
    clock: NOW,
    model: model.version,
    cause: 'activity' as const,
    millipoints: 0,
    contributions: [],
    lead: { ...lead, alias: more.alias ?? null },
    models: null,
    recounts: null,
    forgotten: null,
  }
  return { key: 'demo/v:a/1', partition: 0, score, standing: undefined }
}
const rankAt = (of: KeyView, at = NOW, where?: string) =>
  rank(of, () => model, {
    now: NOW,
    at,
    question: where === undefined ? undefined : new Question(where, model),
  })

test('a lead’s line has its score now, its tier and what adds most', () => {
  expect(
    rankAt(view(['page-view', 'pricing', 'product', 'document'], { email: 'sato@example.co.jp' })),
  ).toEqual({
    subject: 'v:a/1',
    email: 'sato@example.co.jp',
    tier: 'COLD',
    since: NOW,
    score: 13,
    millipoints: 13_000,
    reasons: ['pricing 8', 'product 2', 'document 2'],
    last: NOW,
  })
})

test('the score is that of the time asked for', () => {
  const week = 7 * 86_400_000
  // The hour of the event ends at 13:00: from there on its points halve in a week.
  expect(rankAt(view(['pricing']), NOW + week + 1_800_000)?.millipoints).toBe(4_000)
})

test.each<[string, boolean]>([
  ['score: { atLeast: 8 }', true],
  ['score: { above: 9 }', false],
  ['tier: COLD', true],
  ['not: { tier: COLD }', false],
  [
    'all: [{ count: { signal: pricing, within: 7d, atLeast: 1 } }, { attribute: { name: email, exists: false } }]',
    true,
  ],
])('the question “%s”: %p', (where, listed) => {
  expect(rankAt(view(['page-view', 'pricing']), NOW, where) !== undefined).toBe(listed)
})

test('a question that this model cannot be asked names the place, the word and the nearest one', () => {
  const asked = () => new Question('count: { signal: pricng, atLeast: 1 }', model)
  expect(asked).toThrow(
    '--where is no condition of this model:\n  1:10  count.signal: there is no signal “pricng”; did you mean “pricing”?',
  )
})

test('a visitor that is another lead by now is not listed', () => {
  expect(rankAt(view(['pricing'], { alias: 'l:x' }))).toBeUndefined()
})

const lead = (subject: string, millipoints: number, tier = 'COLD', last = 0): Ranked => ({
  subject,
  email: undefined,
  tier,
  since: 0,
  score: millipoints / 1000,
  millipoints,
  reasons: [],
  last,
})

test('the best of many, whatever their order; all are counted', () => {
  const ranking = new Ranking(3)
  for (let i = 0; i < 100; i++)
    ranking.add(lead(`v:${i}`, ((i * 37) % 100) * 1000, i % 10 === 0 ? 'HOT' : 'COLD'))
  expect(ranking.best().map(l => l.score)).toEqual([99, 98, 97])
  expect(Object.fromEntries(ranking.tiers)).toEqual({ HOT: 10, COLD: 90 })
})

test('among equals the one who was here last comes first', () => {
  const ranking = new Ranking(2)
  for (const l of [lead('v:a', 1, 'COLD', 5), lead('v:c', 1, 'COLD', 9), lead('v:b', 1, 'COLD', 9)])
    ranking.add(l)
  expect(ranking.best().map(l => l.subject)).toEqual(['v:b', 'v:c'])
})

test('the table keeps within the terminal, and a long id gives way', () => {
  const lines = rankingLines([lead(`v:${'x'.repeat(200)}`, 1), lead('v:\u001b[2J', 2)], NOW, 80)
  expect(lines.every(line => line.length <= 80)).toBe(true)
  expect(lines[1]).toContain('…')
  expect(lines.join()).not.toContain('\u001b')
})

test('an id stays whole while anything else can give way, and always where no terminal reads it', () => {
  const subject = 'l:rULhP5ETHHp0TWGrnoVFEi'
  const long = { ...lead(subject, 1), reasons: ['form-submit 30', 'pricing 8', 'page-view 6'] }
  const narrow = rankingLines([long], NOW, 72)
  expect(narrow[1]).toContain(`${subject}  `)
  expect(narrow[1]).toContain('…')
  expect(narrow.every(line => line.length <= 72)).toBe(true)
  const visitor = `v:${'x'.repeat(200)}`
  const pipe = new Terminal({ write: () => {} }, { write: () => {} }, {}, false)
  expect(rankingLines([{ ...long, subject: visitor }], NOW, pipe.width)[1]).toMatch(
    /v:x{200} .*form-submit 30, pricing 8, page-view 6$/,
  )
})

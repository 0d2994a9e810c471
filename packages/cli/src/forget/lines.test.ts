import { forgottenLines } from './lines.ts'

const NOBODY = {
  subject: 'l:3q2-7wABCDEFGHIJKLMNOP' as const,
  known: false,
  forgotten: undefined,
  listed: [],
  unlisted: new Map(),
  about: new Set<never>(),
}
const NONE = { purged: 0, deleted: 0, remain: 0 }

test('of whom nothing was ever known nothing is told that stays', () => {
  expect(forgottenLines('nobody', NOBODY, NONE)).toEqual([
    'Nothing was known of “nobody” (l:3q2-7wABCDEFGHIJKLMNOP); what was received until now and comes later is passed over.',
    'No dead letters about it.',
  ])
})

test.each([
  ['a lead', { ...NOBODY, known: true }, NONE],
  ['who was forgotten before', { ...NOBODY, forgotten: 0 }, NONE],
  ['who had letters', NOBODY, { ...NONE, purged: 1 }],
])('of %s it is told what stays in Kafka', (_, whom, done) => {
  expect(forgottenLines('a', whom, done).at(-1)).toMatch(/^Until Kafka/)
})

test('an id of any length fits into a sentence', () => {
  const [line = ''] = forgottenLines(
    'x'.repeat(2_000),
    { ...NOBODY, subject: `v:${'x'.repeat(2_000)}` },
    NONE,
  )
  expect(line.length).toBeLessThan(250)
})

import type { Term } from './design.ts'
import { liftOf } from './lift.ts'
import { liftSentence, times } from './liftWords.ts'

const careers: Term = { kind: 'count', signal: 'careers', shape: 'points' }

/** @param had each: whether who had it was won @param others so many without it, the first 10 of them won */
function sentence(had: readonly boolean[], others: number): string {
  const of = (outcome: boolean, count: number) => ({ outcome, at: 1, factsUntil: 1, values: [count] })
  const samples = [
    ...had.map(outcome => of(outcome, 1)),
    ...Array.from({ length: others }, (_, i) => of(i < 10, 0)),
  ]
  const lift = liftOf(careers, { kind: 'each' }, 0, samples)
  return liftSentence(careers, { kind: 'each' }, lift as NonNullable<typeof lift>, 'were won')
}

test('a share against that of all, also where none of those who had it was won', () => {
  expect(sentence([true, true, true, false], 46)).toBe(
    '3 of 4 with careers were won (75 %, 30 to 95 %), against 1 in 3.8 of all: 2.9 times.',
  )
  expect(sentence(Array(20).fill(false), 80)).toBe(
    '0 of 20 with careers were won (0 %, 0 to 16 %), against 1 in 10 of all: 0.0 times.',
  )
})

test('a lift in two figures, as people write numbers', () => {
  expect([0.034, 1.04, 9.96, 99.4, 99.6, 1234].map(times)).toEqual([
    '0.034',
    '1.0',
    '10',
    '99',
    '100',
    '1,200',
  ])
})

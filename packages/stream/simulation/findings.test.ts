import { readFileSync } from 'node:fs'
import { PLAYED, playFinding } from './findings.ts'

const root = `${__dirname}/../../..`

/** Findings whose test stands with the code that answers them. */
const ELSEWHERE: Readonly<Record<number, { file: string; test: string }>> = {
  11: {
    file: 'packages/stream/src/driver.test.ts',
    test: 'batches may be cut anywhere: the transitions are the same',
  },
  13: {
    file: 'e2e/pipeline.unit.test.ts',
    test: 'a new model judges every lead again at once; announced: %p',
  },
  14: {
    file: 'packages/stream/src/driver.test.ts',
    test: 'a wiped store is rebuilt to the same state, and nobody hears of it',
  },
  15: {
    file: 'packages/model/src/tier/nextChange.test.ts',
    test: 'asked again after an early answer it comes to the true one, in a few steps',
  },
  16: {
    file: 'packages/stream/src/gap.test.ts',
    test: 'a log that begins after the position is no loss where snapshots reach it',
  },
  17: {
    file: 'packages/stream/src/owner.test.ts',
    test: 'a clock that leaps while it was watched is refused; the same silence is not',
  },
  32: {
    file: 'packages/stream/src/owner.test.ts',
    test: 'a log whose end is of yesterday is no leap, for an owner that starts',
  },
  28: {
    file: 'packages/model/src/facts/lead.test.ts',
    test: 'of each visitor the highest offset is kept; with more than 32, those of the last week',
  },
}

test.each(Object.entries(PLAYED).map(([number, { title }]) => [number, title]))(
  'finding %s: %s',
  async number => playFinding(Number(number)),
)

test('every finding has its test, here or where it is said to be', () => {
  const text = readFileSync(`${root}/packages/stream/model-check/FINDINGS.md`, 'utf8')
  const numbers = [...text.matchAll(/^(\d+)\. /gm)].map(([, n]) => Number(n))
  expect(numbers.length).toBeGreaterThanOrEqual(28)
  const tested = [...Object.keys(PLAYED), ...Object.keys(ELSEWHERE)].map(Number)
  expect(tested.sort((a, b) => a - b)).toEqual(numbers)
  for (const [number, { file, test }] of Object.entries(ELSEWHERE))
    expect({ number, found: readFileSync(`${root}/${file}`, 'utf8').includes(`'${test}'`) }).toEqual({
      number,
      found: true,
    })
})

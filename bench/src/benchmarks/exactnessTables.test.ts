import { readOptions } from '../options.ts'
import type { Measured } from './exactness.ts'
import { failpointTable, throughputTable } from './exactnessTables.ts'

const through = (steady: number) => ({ steady, perCpuSecond: steady }) as Measured['scorer'][number]
const options = readOptions([], 'exactness')

test('a row a variant, held against the first; what was not run is a dash', () => {
  const { rows } = throughputTable(options, [
    { name: 'as it is', scorer: [through(100), through(50)], tiering: [through(10), through(10)], hot: [] },
    { name: 'other', scorer: [], tiering: [through(9), through(8)], hot: [] },
  ])
  expect(rows).toEqual([
    ['as it is', '50 (50–100)', '', '50 (50–100)', '10 (10–10)', '', '10 (10–10)'],
    ['other', '–', '–', '–', '8 (8–9)', '−20 % (−20 to −10)', '8 (8–9)'],
  ])
})

test('the line’s own share is what the loop with it takes longer, where that is more than the spread', () => {
  const cost = { passes: 10, without: [1, 1.5, 1.2], off: [1.3, 1.25, 9], on: [100, 101, 102] }
  const { rows } = failpointTable(cost)
  expect(rows[1]).toEqual(['with it, off', 1.3, 1.25, 9, 'within the spread'])
  expect(rows[2]?.at(-1)).toBe('99.8')
})

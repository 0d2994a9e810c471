import { readOptions } from './options.ts'
import { between, render } from './report.ts'
import type { Stored } from './results.ts'
import { table } from './table.ts'

const result = (name: string, benchmark: string): Stored => ({
  name,
  benchmark,
  title: name,
  columns: ['what', 'n'],
  rows: [['a', 1]],
  notes: ['A note.'],
  data: {},
  machine: { cpu: 'Chip', cores: 2, memory: 8, node: '24.1.0', kernel: '6.1' },
  date: '2026-01-02T03:04:05.000Z',
  commit: 'abc1234',
  loadBefore: 0.1,
  options: readOptions([]),
})

test('numbers stand to the right, thousands apart; what is not known is a dash', () => {
  expect(
    table(
      ['name', 'per second'],
      [
        ['a', 12_345.678],
        ['long name', 1.234],
        ['b', Number.NaN],
      ],
    ),
  ).toBe(
    [
      '| name      | per second |',
      '| --------- | ---------: |',
      '| a         |     12,346 |',
      '| long name |       1.23 |',
      '| b         |          – |',
    ].join('\n'),
  )
})

test('sections in the order of the benchmarks, each with its machine, date and commit', () => {
  const text = render([result('idle', 'idle'), result('hot', 'hot'), result('ingest-batch-10', 'ingest')])
  expect([...text.matchAll(/### (.*)/g)].map(m => m[1])).toEqual(['ingest-batch-10', 'hot', 'idle'])
  expect(text).toContain(
    '- A note.\n\n2 × Chip, 8 GB, Linux 6.1, Node 24.1.0. 2026-01-02, commit abc1234, load before 0.1.',
  )
})

test('only what stands between the markers is replaced', () => {
  const marked =
    'above\n<!-- results: written by `npm run bench -- report` -->\nold\n<!-- /results -->\nbelow\n'
  const once = between(marked, 'new')
  expect(once).toBe(
    'above\n<!-- results: written by `npm run bench -- report` -->\n\nnew\n\n<!-- /results -->\nbelow\n',
  )
  expect(between(once, 'new')).toBe(once)
  expect(() => between('no markers', 'new')).toThrow('bench/README.md lacks the lines')
})

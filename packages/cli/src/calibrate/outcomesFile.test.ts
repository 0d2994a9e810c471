import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leadSubject } from '@hotlead/contracts'
import fc from 'fast-check'
import { csvLine } from '../csv.ts'
import { csvRows } from './csvRows.ts'
import { outcomesOfFile } from './outcomesFile.ts'

const folder = mkdtempSync(join(tmpdir(), 'hotlead-outcomes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SECRET = 'a secret of a test'
const ANN = leadSubject(SECRET, { email: 'ann@example.com' })
const DAY = Date.UTC(2026, 10, 20)
const NOW = DAY + 86_400_000

function read(text: string) {
  const file = join(folder, 'o.csv')
  writeFileSync(file, text)
  return outcomesOfFile(file, SECRET, NOW)
}

test.each([
  ['in order', `lead,outcome,date\nann@example.com,won,2026-11-20\nv:a,lost,2026-11-20T00:00:00Z\n`],
  [
    'in another, with columns of no interest',
    `Date,Value,Outcome,Lead\n2026-11-20,12,won,ann@example.com\n2026-11-20,,lost,v:a`,
  ],
  [
    'as a spreadsheet has it',
    `\ufefflead;outcome;date\r\n" Ann@Example.com ";Won;2026-11-20\r\n\r\nv:a;"lost";2026-11-20\r\n`,
  ],
])('columns %s', (_what, text) => {
  expect(read(text)).toEqual([
    { subject: ANN, outcome: 'won', at: DAY },
    { subject: 'v:a', outcome: 'lost', at: DAY },
  ])
})

test('a time is UTC where it does not say otherwise, whatever the clock of whoever reads it', () => {
  const times = ['2026-11-20 14:00', '2026-11-20T14:00:00', '2026-11-20T23:00+09:00', '2026-11-20T14:00Z']
  const told = read(`lead,outcome,date\n${times.map(t => `v:a,won,${t}`).join('\n')}`)
  expect(told.map(t => t.at - DAY)).toEqual(times.map(() => 14 * 3_600_000))
})

test.each(['2026-11-20junk', '2026-11-20 (Fri)', '2026-02-31'])('%s is no date', date =>
  expect(() => read(`lead,outcome,date\nv:a,won,${date}`)).toThrow(/:2: date: must be a date/),
)

test('a date to come is a slip of the pen', () => {
  expect(() => read('lead,outcome,date\nv:a,won,2062-11-20')).toThrow(/:2: date: must be not after today, is/)
  expect(read('lead,outcome,date\nv:a,won,2026-11-22')).toHaveLength(1)
})

test('what is wrong is named by its line and column, the first twenty of it', () => {
  const text = `lead,outcome,date\nann,wonn,soon\n"v:\n1",won,\n${'v:a,x,2026-01-01\n'.repeat(30)}`
  const said = (() => {
    try {
      read(text)
    } catch (error) {
      return String((error as Error).message)
    }
    return ''
  })().replaceAll(join(folder, 'o.csv'), 'o.csv')
  expect(said.split('\n')).toHaveLength(21)
  expect(said).toMatch(
    `o.csv:2: lead: must be an e-mail address, l:… or v:…, is “ann”
o.csv:2: outcome: must be one of opportunity, won, lost, archive (won?), is “wonn”
o.csv:2: date: must be a date such as 2026-11-20, or a time in ISO 8601, is “soon”
o.csv:3: date: must be a date such as 2026-11-20, or a time in ISO 8601, is empty
o.csv:5: outcome: must be one of`,
  )
  expect(said).toMatch(/and 14 more$/)
})

test.each([
  ['', /is empty/],
  [
    'lead,outcome,date\nv:a,"won,2026-01-01\nv:b,won,2026-01-01',
    /:2: a quote that begins in this row is never closed/,
  ],
  ['lead,result\nv:a,won', /there is no column outcome, and none date/],
])('%p is no such file', (text, words) => expect(() => read(text)).toThrow(words))

test('a file that is not there', () =>
  expect(() => outcomesOfFile(join(folder, 'none.csv'), SECRET, NOW)).toThrow(/There is no file/))

test('what csvLine writes is read as it was', () => {
  const cell = fc.string({ maxLength: 8, unit: fc.constantFrom('a', ',', '"', '\n', ';', ' b') })
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), rows => {
      const all = [['x', 'y', 'z'], ...rows]
      expect(csvRows(all.map(csvLine).join('\r\n')).rows.map(r => r.cells)).toEqual(all)
    }),
  )
})

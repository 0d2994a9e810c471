import { isoTime, LEAD, subjectOf } from '@hotlead/beacon'
import { OUTCOMES } from '@hotlead/contracts'
import { nearest } from '@hotlead/model'
import type { ToldOutcome } from '@hotlead/whatif'
import { CliError, EXIT } from '../exit.ts'
import { givenFile } from '../givenFile.ts'
import { number } from '../replay/progress.ts'
import { quoted } from '../terminal.ts'
import { csvRows } from './csvRows.ts'

const COLUMNS = ['lead', 'outcome', 'date'] as const
/** Of a zone ahead of UTC, today may begin as late as that from now. */
const DAY = 86_400_000
/** Problems that people are shown: the first ones cause most of the others. */
const SHOWN = 20
const NEXT =
  'Give CSV with a head line that has lead, outcome and date in any order, such as\nlead,outcome,date\nann@example.com,won,2026-11-20'

/**
 * Outcomes of a CSV file. Columns are found by their heads, others are passed over; a date alone is its first moment, and a time
 * without an offset is UTC.
 * @param now a date to come is a slip of the pen: nothing has become of anyone yet
 * @throws CliError that names line and column of what is wrong, the first 20 of them
 */
export function outcomesOfFile(file: string, secret: string, now: number): ToldOutcome[] {
  const parsed = csvRows(givenFile(file, NEXT).toString('utf8'))
  if (parsed.unclosed !== undefined)
    throw new CliError(
      EXIT.failed,
      `${file}:${parsed.unclosed}: a quote that begins in this row is never closed.`,
      NEXT,
    )
  const [head, ...rows] = parsed.rows
  if (!head) throw new CliError(EXIT.failed, `${file}: the file is empty.`, NEXT)
  const heads = head.cells.map(cell => cell.trim().toLowerCase())
  const place = Object.fromEntries(COLUMNS.map(name => [name, heads.indexOf(name)])) as Record<
    (typeof COLUMNS)[number],
    number
  >
  const missing = COLUMNS.filter(name => place[name] < 0)
  if (missing.length > 0)
    throw new CliError(
      EXIT.failed,
      `${file}:${head.line}: there is no column ${missing.join(', and none ')}.`,
      NEXT,
    )
  const problems: string[] = []
  const told = rows.flatMap(({ line, cells }): ToldOutcome[] => {
    const cell = (name: (typeof COLUMNS)[number]) => (cells[place[name]] ?? '').trim()
    const wrong = (name: string, must: string) =>
      problems.push(`${file}:${line}: ${name}: must be ${must}, is ${cellText(cell(name as 'lead'))}`)
    const subject = subjectOf(secret, cell('lead'))
    const outcome = cell('outcome').toLowerCase()
    const at = isoTime(cell('date'))
    if (subject === undefined) wrong('lead', LEAD)
    if (!(OUTCOMES as readonly string[]).includes(outcome)) {
      const near = nearest(outcome, OUTCOMES)
      wrong('outcome', `one of ${OUTCOMES.join(', ')}${near ? ` (${near}?)` : ''}`)
    }
    if (at === undefined) wrong('date', 'a date such as 2026-11-20, or a time in ISO 8601')
    else if (at > now + DAY) wrong('date', 'not after today')
    else if (subject !== undefined) return [{ subject, outcome, at }]
    return []
  })
  if (problems.length > 0)
    throw new CliError(
      EXIT.failed,
      [
        ...problems.slice(0, SHOWN),
        ...(problems.length > SHOWN ? [`and ${number(problems.length - SHOWN)} more`] : []),
      ].join('\n'),
      'Correct these lines, or take them out; nothing was calibrated.',
    )
  return told
}

function cellText(text: string): string {
  return text === '' ? 'empty' : quoted(text)
}

/** A row and the line that it begins on, from 1. */
export interface CsvRow {
  line: number
  cells: string[]
}

/**
 * Rows of CSV (RFC 4180): a cell in quotes may hold separators, line ends and doubled quotes. The separator is a comma, or
 * what the first line has instead (spreadsheets of half of Europe write semicolons). Empty lines are passed over.
 * @returns with the line of the row that a quote without an end swallows, where there is one
 */
export function csvRows(text: string): { rows: CsvRow[]; unclosed: number | undefined } {
  const body = text.replace(/^\ufeff/, '')
  const first = /^[^\r\n]*/.exec(body)?.[0] ?? ''
  const separator = [',', ';', '\t'].find(s => first.includes(s)) ?? ','
  const rows: CsvRow[] = []
  let row: CsvRow = { line: 1, cells: [] }
  let cell = ''
  let isQuoted = false
  let line = 1
  const endRow = () => {
    row.cells.push(cell)
    if (row.cells.length > 1 || cell.trim() !== '') rows.push(row)
    cell = ''
  }
  for (let i = 0; i < body.length; i++) {
    const c = body[i] as string
    if (c === '\n') line++
    if (isQuoted) {
      if (c !== '"') cell += c
      else if (body[i + 1] === '"') cell += body[++i]
      else isQuoted = false
    } else if (c === '"' && cell.trim() === '') {
      isQuoted = true
      cell = ''
    } else if (c === separator) {
      row.cells.push(cell)
      cell = ''
    } else if (c === '\n') {
      endRow()
      row = { line, cells: [] }
    } else if (c !== '\r') cell += c
  }
  if (isQuoted) return { rows, unclosed: row.line }
  endRow()
  return { rows, unclosed: undefined }
}

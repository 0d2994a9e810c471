/** A Markdown table whose columns line up, so that it reads as well in a terminal. Numbers stand to the right. */
export function table(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map(row => row.map(text))
  const width = columns.map((c, i) => Math.max(3, c.length, ...cells.map(row => row[i]?.length ?? 0)))
  const right = columns.map((_, i) => rows.every(row => typeof row[i] === 'number'))
  const line = (row: readonly string[]) =>
    `| ${row.map((c, i) => (right[i] ? c.padStart(width[i] as number) : c.padEnd(width[i] as number))).join(' | ')} |`
  const rule = width.map((w, i) => (right[i] ? `${'-'.repeat(w - 1)}:` : '-'.repeat(w)))
  return [line(columns), line(rule), ...cells.map(line)].join('\n')
}

/** Thousands apart, at most two decimals. */
function text(value: string | number): string {
  if (typeof value === 'string') return value
  if (Number.isNaN(value)) return '–'
  return value.toLocaleString('en-GB', { maximumFractionDigits: Math.abs(value) >= 100 ? 0 : 2 })
}
